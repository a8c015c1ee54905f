// A result in the few words that tests compare.
import type { JobResult } from '../result.ts';

/** The calls in order; `run` by its sub-stage. */
export function callsOf(result: JobResult): readonly string[] {
  return result.calls.map(({ name, subStage }) => subStage ?? name);
}

/** `failed script_failure 42`; `-` for what GitLab was not told. */
export function finalOf({ state, failureReason, exitCode }: JobResult): string {
  return `${state} ${failureReason ?? '-'} ${exitCode ?? '-'}`;
}

export function lastLineOf(result: JobResult): string {
  return result.readableTrace.trimEnd().split('\n').at(-1) ?? '';
}
