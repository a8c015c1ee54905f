// cleanup_file_variables: nothing secret stays in the project's directories (shells/abstract.go writeCleanupScript).
import { allVariables, type Build } from '../runner/build.ts';
import { enterProject, gitlabEnvFile, globalGitConfigFile, writeExports } from './exports.ts';
import { externalGitConfigFile, forgetCredentials } from './get-sources.ts';
import { writeGitCleanup } from './git-cleanup.ts';
import type { ShellScript } from './shell-script.ts';

export function writeCleanup(script: ShellScript, build: Build): void {
  writeExports(script, build, { rewriteFiles: false });
  forgetCredentials(script, build);
  const fileVariables = allVariables(build).filter((variable) => variable.file);
  const names = [gitlabEnvFile, 'masking.db', externalGitConfigFile, globalGitConfigFile];
  for (const name of [...names, ...fileVariables.map(({ key }) => key)])
    script.removeFile(script.tempFile(name));
  if (build.flags.get('FF_ENABLE_JOB_CLEANUP')) writeProjectCleanup(script, build);
  writeGitCleanup(script, build);
  script.removeFile(`${build.rootDir}/.gitlab-build-uid-gid`);
}

function writeProjectCleanup(script: ShellScript, build: Build): void {
  switch (build.settings.gitStrategy) {
    case 'clone':
    case 'empty':
      script.removeDirectory(build.projectDir);
      break;
    case 'none':
      script.notice('Skipping build directory cleanup step');
      break;
    case 'fetch':
      enterProject(script, build);
      cleanAndReset(script, build, ['git']);
      if (['none', 'invalid'].includes(build.settings.submodules.strategy)) return;
      cleanAndReset(script, build, [
        'git',
        'submodule',
        'foreach',
        ...(build.settings.submodules.strategy === 'recursive' ? ['--recursive'] : []),
        'git',
      ]);
  }
}

function cleanAndReset(
  script: ShellScript,
  build: Build,
  [name, ...words]: readonly [string, ...string[]],
): void {
  if (build.settings.gitCleanFlags.length > 0) {
    script.command(name, ...words, 'clean', ...build.settings.gitCleanFlags);
  }
  script.command(name, ...words, 'reset', '--hard');
}
