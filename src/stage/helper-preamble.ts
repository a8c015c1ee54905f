// What the helper container does before each script of GitLab's, in the same shell: its own tools first, git deaf to what
// a workspace could tell it, and, once user code had the workspace, nothing left in it that a helper script would trust.

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

/** @returns POSIX sh, run before the supervisor in each helper sub-stage */
export function helperPreamble({
  projectDirectory,
  hasUserCodeRun,
}: {
  projectDirectory: string;
  hasUserCodeRun: boolean;
}): string {
  const lines = [
    `export PATH=${control}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=${control}/home`,
    'unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV',
    `export GIT_CONFIG_COUNT=${gitSettings.length}`,
    ...gitSettings.map(
      ([key, value], index) => `export GIT_CONFIG_KEY_${index}='${key}' GIT_CONFIG_VALUE_${index}='${value}'`,
    ),
  ];
  if (hasUserCodeRun) lines.push(disarmWorkspace(projectDirectory));
  return lines.join('\n');
}

/**
 * GitLab's scripts source `<project>.tmp/gitlab_runner_env`, write file variables into the same folder, and run git in the
 * project. Each is rewritten or not needed after the user's scripts, so all of it goes, and no link is followed on the way.
 * Nothing of the build container lives by then, so nothing can come back in between.
 */
function disarmWorkspace(projectDirectory: string): string {
  const parents = projectDirectory
    .split('/')
    .slice(1)
    .map((_, index, names) => `/${names.slice(0, index + 1).join('/')}`)
    .slice(1);
  const git = `${projectDirectory}/.git`;
  return [
    `for x in ${parents.map(quote).join(' ')}; do if [ -L "$x" ]; then rm -f "$x"; echo "The job replaced $x by a link; it is removed." >&2; fi; done`,
    `rm -rf ${quote(`${projectDirectory}.tmp`)}`,
    // A `.git` that is a link or a file leads git to another place of the job's choice.
    `if [ -L ${quote(git)} ] || [ -f ${quote(git)} ]; then rm -f ${quote(git)}; fi`,
    `for x in objects refs info; do if [ -L ${quote(git)}/$x ]; then rm -rf ${quote(git)}; fi; done`,
    `rm -rf ${['config', 'config.worktree', 'hooks', 'commondir', 'info/attributes'].map((name) => quote(`${git}/${name}`)).join(' ')}`,
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
