// What the helper container needs around GitLab's scripts: its own tools first and git deaf to what a workspace could tell it,
// for each connection; and, once user code had the workspace, nothing left in it that a helper script would trust.
import { dirname } from 'node:path/posix';
import {
  buildsDirectory,
  cacheDirectory,
  controlDirectory,
  helperBinDirectory,
  helperRepository,
  homeDirectory,
} from '../../layout/paths.ts';
import type { SubStage } from '../../layout/sub-stage.ts';
import { dropTraps, makeRepository, rememberFormat, rewriteConfig } from './project-repository.ts';

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

/**
 * Once user code had the workspace. Earlier they would be in the way of GitLab's clone: it asks a credential helper of its own,
 * and submodules have repositories of many shapes.
 */
const gitSettingsAfterUserCode: readonly (readonly [string, string])[] = [
  // A folder that was only made to look like a repository is none.
  ['safe.bareRepository', 'explicit'],
  // An empty one ends the list of those before it.
  ['credential.helper', ''],
];

/** Where user code has been, as the helper sees it: volumes, and the project's path, the same in both. */
export interface UsedWorkspace {
  readonly builds: string;
  /** GitLab keeps the project's cache archives here. */
  readonly cache: string;
  readonly path: string;
  /** Where git finds a repository of ours in place of the project's; null: the script works in the project's own. */
  readonly repository: string | null;
}

/** Of the scripts that follow user code, the last one alone changes the project; the others ask git what it does not track. */
export const usedWorkspace = (projectDirectory: string, role: SubStage['role']): UsedWorkspace => ({
  builds: buildsDirectory,
  cache: cacheDirectory,
  // As written: moveTemporaryFiles looks for these very characters.
  path: projectDirectory.replace(new RegExp(`^${buildsDirectory}/`), ''),
  repository: role === 'last' ? null : helperRepository,
});

/** POSIX sh: the environment of GitLab's scripts, and of the programs that start and follow them. Null: no user code ran yet. */
export function helperPreamble(used: UsedWorkspace | null): string {
  const settings = used ? [...gitSettings, ...gitSettingsAfterUserCode] : gitSettings;
  return [
    // The image's own PATH stays: prepare looked for gitlab-runner in it, and no job can change it.
    `export PATH=${helperBinDirectory}:$PATH HOME=${homeDirectory}`,
    'unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV',
    `export GIT_CONFIG_COUNT=${settings.length}`,
    ...settings.map(
      ([key, value], index) => `export GIT_CONFIG_KEY_${index}='${key}' GIT_CONFIG_VALUE_${index}='${value}'`,
    ),
    ...(used ? awayFromRepositories(used) : []),
  ].join('\n');
}

/** git looks for a repository where it stands and above: neither may lead into one that the job made around its project. */
function awayFromRepositories({ builds, path, repository }: UsedWorkspace): string[] {
  const project = `${builds}/${path}`;
  return [
    `cd ${homeDirectory}`,
    repository
      ? `export GIT_DIR=${repository} GIT_WORK_TREE=${quote(project)}`
      : `export GIT_CEILING_DIRECTORIES=${quote(dirname(project))}`,
  ];
}

/**
 * GitLab's scripts take the lines of `<project>.tmp/gitlab_runner_env` into their environment, and keep file variables and
 * credentials in the same folder. After user code they get one in the helper's control volume, where nothing of the build
 * container reaches, whatever may still run there. The path stands in the script as it is, in each of GitLab's ways to quote.
 */
export function moveTemporaryFiles(script: Uint8Array, { builds, path }: UsedWorkspace): Uint8Array {
  const text = Buffer.from(script.buffer, script.byteOffset, script.byteLength).toString('latin1');
  const folder = Buffer.from(`${builds}/${path}.tmp`).toString('latin1');
  const found = new RegExp(`${folder.replace(/[^\w/]/g, '\\$&')}(?![\\w.-])`, 'g');
  return Buffer.from(text.replace(found, `${controlDirectory}/tmp`), 'latin1');
}

/**
 * POSIX sh that takes away what a helper script would source, run or be led astray by.
 *
 * GitLab's scripts source `<project>.tmp/gitlab_runner_env`, write file variables into the same folder, and run git in the
 * project. Each is rewritten or not needed after the user's scripts, so all of it goes, and no link is followed on the way.
 * It runs once: the script that follows may write into the same places. A place that cannot be cleared (a folder made
 * unwritable, say) ends it with an error.
 */
export function scrubWorkspace({ builds, cache, path, repository }: UsedWorkspace): string {
  return [
    `refuse() { echo "ERROR: The job left $1 in a state that cannot be cleared, so GitLab's own scripts do not run beside it."; exit 1; }`,
    // The uid is the job's, so what the job made unwritable can be made writable again.
    'own() { if [ -d "$1" ]; then chmod u+rwx "$1"; fi; }',
    'gone() { rm -rf "$1" 2>/dev/null; if [ -d "$1" ] && [ ! -L "$1" ]; then chmod -R u+rwx "$1" 2>/dev/null; rm -rf "$1"; fi; if [ -e "$1" ] || [ -L "$1" ]; then refuse "$1"; fi; }',
    // From a volume's root, which the job cannot replace, down to the project's place in it.
    `down() { x=$1; shift; for n do x=$x/$n; ${unlink}; own "$x"; done; }`,
    `set -- ${path.split('/').map(quote).join(' ')}`,
    // Only archives belong there, and GitLab's helper writes through a link. What another uid owns, this job did not plant.
    `down ${quote(cache)} "$@"`,
    'if [ -d "$x" ]; then chmod -R u+rwx "$x" 2>/dev/null; find "$x" -type l -exec rm -f {} + 2>/dev/null; fi',
    `down ${quote(builds)} "$@"; gone "$x.tmp"`,
    'p=$x g=$x/.git',
    // A `.git` that is a link or a file leads git to another place of the job's choice, and so does a link inside it.
    'if [ -L "$g" ] || [ ! -d "$g" ]; then gone "$g"; fi',
    'for x in objects refs info; do if [ -L "$g/$x" ]; then gone "$g"; fi; done',
    'own "$g"; own "$g/info"',
    ...rememberFormat,
    ...(repository ? makeRepository(repository) : dropTraps),
    'for x in config config.worktree hooks commondir info/attributes; do gone "$g/$x"; done',
    rewriteConfig,
  ].join('\n');
}

const unlink =
  'if [ -L "$x" ]; then gone "$x"; echo "The job had replaced $x by a link; the link is removed."; fi';

/**
 * Whether a script resets the submodules, which runs the filters of their configurations: with FF_ENABLE_JOB_CLEANUP the last one
 * does, when nothing is taken from the workspace any more.
 */
export function resetsSubmodules(role: SubStage['role'], script: Uint8Array): boolean {
  return role === 'last' && Buffer.from(script).includes('submodule');
}

/** POSIX sh for such a script, after scrubWorkspace: no submodule is left. */
export const forgetSubmodules =
  'if [ -d "$p" ]; then chmod -R u+rwx "$p" 2>/dev/null; find "$p" -mindepth 2 -name .git -prune -exec rm -rf {} + || refuse "$p"; fi';

function quote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
