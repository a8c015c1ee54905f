// Takes away what an earlier job may have left in a project: locks, git configuration and hooks (shells/abstract.go writeGitCleanup).
import type { Build } from '../runner/build.ts';
import { goQuote } from '../runner/go-words.ts';
import type { ShellScript } from './shell-script.ts';

const lockFiles = ['index.lock', 'shallow.lock', 'HEAD.lock', 'hooks/post-checkout', 'config.lock'];

export function writeGitCleanup(script: ShellScript, build: Build): void {
  const git = `${build.projectDir}/.git`;
  const modules = `${git}/modules`;
  const hasSubmodules = build.settings.submodules.strategy !== 'none' && fetchesSources(build);
  for (const file of lockFiles) {
    script.removeFile(`${git}/${file}`);
    if (hasSubmodules) removeFiles(script, modules, file.split('/').at(-1) ?? file);
  }
  removeFiles(script, `${git}/refs`, '*.lock');
  if (!(build.config.settings.clean_git_config ?? build.settings.gitStrategy !== 'none')) return;
  for (const directory of [script.tempFile('git-template'), git]) {
    script.removeFile(`${directory}/config`);
    script.removeDirectory(`${directory}/hooks`);
  }
  if (!hasSubmodules) return;
  removeFiles(script, modules, 'config');
  removeFound(script, modules, { name: 'hooks', type: 'd -depth', command: 'rm -rf --' });
}

export function fetchesSources(build: Build): boolean {
  return build.settings.gitStrategy === 'fetch' || build.settings.gitStrategy === 'clone';
}

function removeFiles(script: ShellScript, path: string, name: string): void {
  removeFound(script, path, { name, type: 'f', command: 'rm -f' });
}

/** `+` where find has it, `;` elsewhere. */
function removeFound(
  script: ShellScript,
  path: string,
  what: { readonly name: string; readonly type: string; readonly command: string },
): void {
  script.whenDirectory(path, () =>
    script.line(
      `et='+' ; find /dev/null -exec true {} + 2>/dev/null || et=';' ; ` +
        `find ${goQuote(path)} -name ${goQuote(what.name)} -type ${what.type} -exec ${what.command} {} "\${et}"`,
    ),
  );
}
