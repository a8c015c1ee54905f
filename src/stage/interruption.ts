// What is left to say of a stage that GitLab Runner ended: what broke off by that is no failure of its own.
import { BuildFailure } from '../outcome/build-failure.ts';
import { interrupted } from '../outcome/interrupted.ts';
import { SystemFailure } from '../outcome/system-failure.ts';

/** @returns what to throw in place of `error`; a failure that has its own words keeps them. `act`: `the preparation` */
export function explainInterruption(error: unknown, signal: AbortSignal, act: string): unknown {
  if (!signal.aborted || error instanceof BuildFailure || error instanceof SystemFailure) return error;
  return interrupted(act, { cause: error });
}
