// Repeats what is safe to repeat, with growing pauses and some chance in them, so that a hundred runners do not come back at once.
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { isLastingTransportError, isLostRace } from './api-failure.ts';
import { ApiRefusal } from './api-refusal.ts';

/** With pauses that double this covers an API server's restart (about 2 s), and an author does not wait in vain for long. */
const maxAttempts = 5;
/** Part of each pause that is left to chance. */
const jitter = 0.5;

export interface RetryRules {
  readonly isCreation: boolean;
  /** Before the second attempt. */
  readonly pauseMilliseconds: number;
  readonly signal: AbortSignal;
}

/** @throws what the last attempt threw */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { isCreation, pauseMilliseconds, signal }: RetryRules,
): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await attempt();
    } catch (error) {
      failures += 1;
      if (signal.aborted || failures >= maxAttempts || !isTransient(error, isCreation)) throw error;
      const pause = pauseAfter(error, failures, pauseMilliseconds);
      // The deadline would end the wait: what the server said is worth more than "too late".
      await sleep(pause, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}

/** Could the same request succeed in a moment? Anything but an answer is a broken connection. */
export function isTransient(error: unknown, isCreation: boolean): boolean {
  // Explained already, so nothing of the network: a file of ours that cannot be read.
  if (error instanceof SystemFailure) return false;
  if (!(error instanceof ApiRefusal)) return !isLastingTransportError(error);
  if (error.status === 429 || error.status >= 500) return true;
  // A counter of the namespace (ResourceQuota) was changed at the same moment; the object itself was not made.
  return isCreation && isLostRace(error, { verb: 'create' });
}

/** In milliseconds: doubling, the server's own Retry-After if it sent one. */
export function pauseAfter(error: unknown, failures: number, first: number): number {
  const signal = error instanceof ApiRefusal ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  const doubled = first * 2 ** (failures - 1);
  return signal + doubled * (1 - jitter * Math.random());
}
