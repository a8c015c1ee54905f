// What each script begins with: the job's variables, $GITLAB_ENV, the way to the project (shells/abstract.go exportVariables).
import { allVariables, type Build, tempDirOf } from '../runner/build.ts';
import { goQuote } from '../runner/go-words.ts';
import type { ShellScript } from './shell-script.ts';

export const gitlabEnvFile = 'gitlab_runner_env';
/** GIT_CONFIG_GLOBAL's file with FF_GIT_URLS_WITHOUT_TOKENS. */
export const globalGitConfigFile = '.glr.gconf';

/** `rewriteFiles: false`: file variables were written by an earlier sub-stage. */
export function writeExports(
  script: ShellScript,
  build: Build,
  { rewriteFiles = true }: { readonly rewriteFiles?: boolean } = {},
): void {
  for (const variable of allVariables(build)) {
    const known = variable.file && !rewriteFiles;
    script.variable(known ? { key: variable.key, value: script.tempFile(variable.key) } : variable);
  }
  const envFile = script.tempFile(gitlabEnvFile);
  script.variable({ key: 'GITLAB_ENV', value: envFile });
  script.line(`mkdir -p ${goQuote(tempDirOf(build))}`);
  script.line(`touch ${goQuote(envFile)}`);
  script.line(`while read -r line; do export "$line"; done < ${goQuote(envFile)}`);
  if (build.flags.get('FF_GIT_URLS_WITHOUT_TOKENS')) {
    script.line(`export GIT_CONFIG_GLOBAL="${script.tempFile(globalGitConfigFile)}"`);
  }
}

export function enterProject(script: ShellScript, build: Build): void {
  script.command('cd', build.projectDir);
}

/** Cache and artifacts need the helper's binary under this very name. */
export function withRunner(script: ShellScript, action: string, then: () => void): void {
  script.whenSilent(['gitlab-runner', '--version'], then, () =>
    script.warning(`Missing gitlab-runner. ${action} is disabled.`),
  );
}

/** Only where a marker file asks for it: everything belongs to whom that file belongs to. */
export function changeOwnership(script: ShellScript, build: Build, directories: readonly string[]): void {
  const marker = `${build.rootDir}/.gitlab-build-uid-gid`;
  script.when(`[ -e ${goQuote(marker)} ]`, () => {
    for (const directory of directories) {
      const owner = `$(stat -c '%u:%g' '${marker}')`;
      script.whenDirectory(directory, () => {
        script.line(`chown -R "${owner}" '${directory}'`);
        if (build.settings.debugTrace) script.line(`echo "Setting ownership for ${directory} to ${owner}"`);
      });
    }
  });
}
