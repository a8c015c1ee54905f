// One span of time for several steps: what one of them takes, the next ones do not have.

export interface Deadline {
  /** The whole span, as the policy names it. */
  readonly seconds: number;
  /** Never below 0. */
  remainingMilliseconds(): number;
  /** For what has a limit of its own, and took that long within this one. */
  extend(milliseconds: number): void;
}

export function startDeadline(seconds: number): Deadline {
  let until = performance.now() + seconds * 1000;
  return {
    seconds,
    remainingMilliseconds: () => Math.max(until - performance.now(), 0),
    extend: (milliseconds) => {
      until += milliseconds;
    },
  };
}
