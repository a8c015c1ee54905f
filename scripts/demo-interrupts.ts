// Ctrl-C: the first one ends the job as GitLab Runner does when it is told to end, the second one ends all processes at once. Either
// way nothing stays.
import { readFileSync } from 'node:fs';
import { say } from './demo-words.ts';

export interface Interrupts {
  readonly stop: AbortSignal;
  /** Rejects on the second Ctrl-C, or on the first while there is no job. */
  readonly atOnce: Promise<never>;
  /** From now on there is a job to end in good order. */
  jobStarts(): void;
}

export class Stopped extends Error {
  constructor() {
    super('stopped; nothing of it is left running');
  }
}

/** Signals that come later change nothing: what is being cleared up goes on. */
export function watchInterrupts(): Interrupts {
  const stop = new AbortController();
  const { promise: atOnce, reject } = Promise.withResolvers<never>();
  atOnce.catch(() => undefined);
  let hasJob = false;
  let isOver = false;
  const onSignal = (): void => {
    if (isOver) return;
    if (hasJob && !stop.signal.aborted) say('\nstopping the job; Ctrl-C again stops everything at once …');
    else {
      isOver = true;
      say('\nstopping everything …');
      killChildren();
      reject(new Stopped());
    }
    stop.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  return {
    stop: stop.signal,
    atOnce,
    jobStarts: () => {
      hasJob = true;
    },
  };
}

/** The cluster takes all of its pods with it; a stage is the first of a process group of its own. */
function killChildren(): void {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  for (const child of children.filter(Boolean).map(Number)) {
    for (const target of [-child, child]) {
      try {
        process.kill(target, 'SIGKILL');
      } catch {
        // It is gone, or is in our own group.
      }
    }
  }
}
