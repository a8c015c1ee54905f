// Makes an object of the job, with retries for what is transient: a full quota, and an API server that is asked too much.
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { Deadline } from '../deadline.ts';

const firstPauseSeconds = 1;
const maxPauseSeconds = 15;

export interface CreateOptions<T> {
  /** Begins a sentence: "The pod". */
  readonly what: string;
  readonly create: () => Promise<T>;
  readonly deadline: Deadline;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** @throws SystemFailure what the API server said last */
export async function createWithRetry<T>({
  what,
  create,
  deadline,
  log,
  signal,
}: CreateOptions<T>): Promise<T> {
  let logged = '';
  for (let pause = firstPauseSeconds; ; pause = Math.min(pause * 2, maxPauseSeconds)) {
    try {
      return await create();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SystemFailure && error.isTransient)) throw error;
      const milliseconds = Math.max(pause, error.retryAfterSeconds) * 1000;
      if (milliseconds > deadline.remainingMilliseconds()) throw error;
      const why = plainLine(error.message);
      if (why !== logged) log(`${what} cannot be made yet; waiting: ${why}`);
      logged = why;
      await sleep(milliseconds, undefined, { signal });
    }
  }
}
