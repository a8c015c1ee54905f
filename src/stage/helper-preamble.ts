// What the helper container needs around GitLab's scripts: its own tools first and git deaf to what a workspace could tell it,
// for each connection; and, once user code had the workspace, nothing left in it that a helper script would trust.

/** Where the control volume is mounted (src/pod), and what PID 1 of the helper made in it. */
const control = '/.gitlab-pod-executor';

/**
 * Settings from the environment win over every file of a repository (git-config, ENVIRONMENT): no hook and no fsmonitor
 * of a workspace is ever run, and a workspace of another owner is read all the same.
 */
const gitSettings: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['protocol.ext.allow', 'never'],
  ['safe.directory', '*'],
];

/** POSIX sh: the environment of GitLab's scripts, and of the programs that start and follow them. */
export const helperPreamble = [
  // The image's own PATH stays: prepare looked for gitlab-runner in it, and no job can change it.
  `export PATH=${control}/bin:$PATH HOME=${control}/home`,
  'unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV',
  `export GIT_CONFIG_COUNT=${gitSettings.length}`,
  ...gitSettings.map(
    ([key, value], index) => `export GIT_CONFIG_KEY_${index}='${key}' GIT_CONFIG_VALUE_${index}='${value}'`,
  ),
].join('\n');

/**
 * POSIX sh that takes away what a helper script would source, run or be led astray by.
 *
 * GitLab's scripts source `<project>.tmp/gitlab_runner_env`, write file variables into the same folder, and run git in the
 * project. Each is rewritten or not needed after the user's scripts, so all of it goes, and no link is followed on the way.
 * Nothing of the build container lives by then, so nothing can come back in between. It runs once: the script that follows
 * writes into the same places. A place that cannot be cleared (a folder made unwritable, say) ends it with an error.
 */
export function disarmWorkspace(projectDirectory: string): string {
  const git = `${projectDirectory}/.git`;
  const inGit = ['config', 'config.worktree', 'hooks', 'commondir', 'info/attributes'];
  return [
    `refuse() { echo "ERROR: The job left $1 in a state that cannot be cleared, so GitLab's own scripts do not run beside it."; exit 1; }`,
    // The uid is the job's, so what the job made unwritable can be made writable again.
    'own() { if [ -d "$1" ]; then chmod u+rwx "$1"; fi; }',
    'gone() { rm -rf "$1" 2>/dev/null; if [ -d "$1" ] && [ ! -L "$1" ]; then chmod -R u+rwx "$1" 2>/dev/null; rm -rf "$1"; fi; if [ -e "$1" ] || [ -L "$1" ]; then refuse "$1"; fi; }',
    `for x in ${parentsOf(projectDirectory).map(quote).join(' ')}; do`,
    'if [ -L "$x" ]; then gone "$x"; echo "The job had replaced $x by a link; the link is removed."; fi',
    'own "$x"',
    'done',
    `gone ${quote(`${projectDirectory}.tmp`)}`,
    `g=${quote(git)}`,
    // A `.git` that is a link or a file leads git to another place of the job's choice, and so does a link inside it.
    'if [ -L "$g" ] || [ ! -d "$g" ]; then gone "$g"; fi',
    'for x in objects refs info; do if [ -L "$g/$x" ]; then gone "$g"; fi; done',
    'own "$g"; own "$g/info"',
    `for x in ${inGit.join(' ')}; do gone "$g/$x"; done`,
  ].join('\n');
}

/** The project's directory and those above it, without the volume's own root, which the job cannot replace. */
function parentsOf(projectDirectory: string): string[] {
  const names = projectDirectory.split('/').slice(1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`).slice(1);
}

function quote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
