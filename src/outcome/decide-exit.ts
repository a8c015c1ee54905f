// How a stage's end reaches GitLab Runner: its exit code, and the number in BUILD_EXIT_CODE_FILE.
// Source: GitLab Runner, docs/executors/custom.md ("Build Failure", "System Failure") and executors/custom/command.
import { BuildFailure } from './build-failure.ts';

/** What GitLab Runner uses today where it does not say (a person trying a stage by hand). */
const defaultBuildFailureExitCode = 1;
const defaultSystemFailureExitCode = 2;

export interface Exit {
  readonly exitCode: number;
  /**
   * GitLab Runner never empties the code file between the stages of an attempt, so each failure writes or removes it;
   * `content: null` means remove. null: there is no such file to care for.
   */
  readonly codeFile: { readonly path: string; readonly content: string | null } | null;
}

/** Anything that is not a build failure is a system failure: Node's own exit code 1 would blame the author. */
export function decideExit(error: unknown, env: Readonly<Record<string, string | undefined>>): Exit {
  const path = env['BUILD_EXIT_CODE_FILE'];
  if (error instanceof BuildFailure) {
    return {
      exitCode: exitCodeFrom(env['BUILD_FAILURE_EXIT_CODE'], defaultBuildFailureExitCode),
      codeFile: path ? { path, content: `${error.exitCode}\n` } : null,
    };
  }
  return {
    exitCode: exitCodeFrom(env['SYSTEM_FAILURE_EXIT_CODE'], defaultSystemFailureExitCode),
    codeFile: path ? { path, content: null } : null,
  };
}

function exitCodeFrom(text: string | undefined, fallback: number): number {
  const code = Number(text);
  return text && Number.isInteger(code) && code > 0 && code < 256 ? code : fallback;
}
