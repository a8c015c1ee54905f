// GIT_SUBMODULE_STRATEGY (shells/abstract.go writeSubmoduleUpdateCmd).
import type { Build } from '../runner/build.ts';
import { CannotWriteScript } from './cannot-write-script.ts';
import { fetchesSources } from './git-cleanup.ts';
import type { ShellScript } from './shell-script.ts';

/** Submodules have their own git directories, which do not see the project's way to the token. */
const withCredentials = ['-c', 'include.path=$GLR_EXT_GIT_CONFIG_PATH'];

export function writeSubmodules(script: ShellScript, build: Build): void {
  const { strategy, depth, paths, updateFlags } = build.settings.submodules;
  if (strategy === 'none' || !fetchesSources(build)) {
    script.notice('Skipping Git submodules setup');
    return;
  }
  if (strategy === 'invalid') throw new CannotWriteScript('unknown GIT_SUBMODULE_STRATEGY');
  const deep = strategy === 'recursive' ? ['--recursive'] : [];
  const only = paths.length > 0 ? ['--', ...paths] : [];
  const sync = ['submodule', 'sync', ...deep, ...only];
  const shallow = depth > 0 ? ['--depth', String(depth)] : [];
  const update = ['submodule', 'update', '--init', ...deep, ...shallow, ...updateFlags, ...only];
  const each = ['submodule', 'foreach', ...deep];
  const { gitCleanFlags } = build.settings;
  const clean = [...each, 'git', 'clean', ...(gitCleanFlags.length > 0 ? gitCleanFlags : ['-ffdx'])];
  const reset = [...each, 'git', 'reset', '--hard'];

  script.notice(announcement(deep.length > 0, depth));
  for (const words of [['submodule', 'init'], sync, clean, reset]) script.command('git', ...words);
  script.when(
    `git ${[...withCredentials, ...update].map((word) => `"${word}"`).join(' ')} `,
    () => {
      script.notice('Updated submodules');
      script.command('git', ...sync);
    },
    () => {
      script.warning('Updating submodules failed. Retrying...');
      script.command('git', ...sync);
      script.commandExpanding('git', ...withCredentials, ...update);
      script.command('git', ...reset);
    },
  );
  script.command('git', ...clean);
  shareCredentials(script, build, each);
}

function announcement(isRecursive: boolean, depth: number): string {
  const how = isRecursive ? ' recursively' : '';
  return `Updating/initializing submodules${how}${depth > 0 ? ` with git depth set to ${depth}` : ''}...`;
}

function shareCredentials(script: ShellScript, build: Build, each: readonly string[]): void {
  const everywhere = each.includes('--recursive') ? each : [...each, '--recursive'];
  script.notice('Configuring submodules to use parent git credentials...');
  script.commandExpanding(
    'git',
    ...everywhere,
    ...['git', 'config', '--replace-all', 'include.path', '$GLR_EXT_GIT_CONFIG_PATH'],
  );
  if (build.settings.gitLfsSkipSmudge) return;
  script.whenSilent(['git', 'lfs', 'version'], () => {
    script.notice('Pulling LFS files...');
    script.commandExpanding('git', ...withCredentials, ...each, 'git', 'lfs', 'pull');
  });
}
