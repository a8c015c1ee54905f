// POSIX sh for the repository that user code had, run after src/stage/run/helper-preamble has set `p` to the project and `g` to its `.git`:
// what git in the helper is told of it, and what it must not find there.

/** A configuration that git made is a few hundred bytes; one of a job may have no end. */
const configBytes = 65_536;
/** The index of some millions of files; it must fit into the helper's control volume. */
const indexBytes = 512 * 1024 ** 2;
/** For what was a file when we looked: a service that the job let into its workspace may have put a pipe there since. */
const readSeconds = 60;

/**
 * git misreads a repository whose format it does not know (every file of a sha256 one is untracked then), and only the repository's
 * own configuration can tell it. Of that file nothing is taken over but the answer to two questions, in the words that git writes.
 */
export const rememberFormat: readonly string[] = [
  `brief=; if command -v timeout >/dev/null; then brief='timeout ${readSeconds}'; fi`,
  'plain() { [ -f "$1" ] && [ ! -L "$1" ]; }',
  `says() { plain "$g/config" && $brief head -c ${configBytes} "$g/config" 2>/dev/null | grep -iq "^[[:space:]]*$1$"; }`,
  "keep=; if says 'objectformat = sha256'; then keep='\tobjectformat = sha256\n'; fi",
  'if says \'refstorage = reftable\'; then keep="$keep\\trefstorage = reftable\\n"; fi',
];

/** Through no link: the file must be new. */
export const rewriteConfig =
  'if [ -n "$keep" ]; then (set -C; printf "[core]\\n\\trepositoryformatversion = 1\\n\\tbare = false\\n[extensions]\\n$keep" >"$g/config") || refuse "$g/config"; fi';

/**
 * A repository of ours in place of the project's, with a copy of its index: that is all it takes to list untracked files. What else is in
 * the project's `.git` may keep whoever opens it waiting, run a program, or be exchanged by a service while git works. Without a
 * repository there is none of ours either, so that git says so.
 *
 * @param directory where no container but the helper writes; holds no quote
 */
export function makeRepository(directory: string): readonly string[] {
  return [
    `o='${directory}'; rm -rf "$o"`,
    'if [ -d "$g/objects" ]; then',
    'mkdir -p "$o/objects" "$o/refs"; echo "ref: refs/heads/none" >"$o/HEAD"',
    'version=0 format=; case $keep in *objectformat*) version=1 format="[extensions]\\n\\tobjectformat = sha256\\n" ;; esac',
    'printf "[core]\\n\\trepositoryformatversion = $version\\n$format" >"$o/config"',
    `for x in "$g/index" "$g"/sharedindex.*; do if plain "$x"; then $brief head -c ${indexBytes} "$x" >"$o/\${x##*/}"; fi; done`,
    'fi',
  ];
}

/** Where git works in the project's own repository: what keeps whoever opens it waiting goes, and so do links out of `.git`. */
export const dropTraps: readonly string[] = [
  'if [ -d "$p" ]; then find "$p" \\( -type p -o -type s \\) -exec rm -f {} + 2>/dev/null || :; fi',
  'if [ -d "$g" ]; then find "$g" -type l -exec rm -f {} + 2>/dev/null || :; fi',
];
