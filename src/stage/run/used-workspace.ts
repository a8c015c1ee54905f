// What user code had its hands on before a script of GitLab's runs in the helper: where that is, and what the helper is given so that
// nothing in it is trusted.
import { clearWorkspace, helperEnvironment } from '../../in-container/commands.ts';
import { buildsDirectory, cacheDirectory, controlDirectory, helperRepository } from '../../layout/paths.ts';
import type { SubStage } from '../../layout/sub-stage.ts';

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

/** What a command in the helper begins with: the environment of GitLab's scripts. `used` is null: no user code ran yet. */
export const environmentOf = (shell: string, used: UsedWorkspace | null): string[] =>
  helperEnvironment(shell, placesOf(used));

/** Where the helper's environment leads git. */
export const placesOf = (used: UsedWorkspace | null) => ({
  project: used ? `${used.builds}/${used.path}` : null,
  repository: used?.repository ?? null,
});

/** What runs before a helper script, once user code had the workspace. */
export const clearingOf = (used: UsedWorkspace, role: SubStage['role'], script: Uint8Array) =>
  clearWorkspace({ ...used, forgetSubmodules: resetsSubmodules(role, script) });

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
 * Whether a script resets the submodules, which runs the filters of their configurations: with FF_ENABLE_JOB_CLEANUP the last one
 * does, when nothing is taken from the workspace any more.
 */
export function resetsSubmodules(role: SubStage['role'], script: Uint8Array): boolean {
  return role === 'last' && Buffer.from(script).includes('submodule');
}
