// How the network and the API server are for one job: mostly fine, sometimes bad, for a while worse.
import type { Chance } from '../soak/seeded-chance.ts';

export interface Weather {
  /** Probabilities, each for one call or one connection. */
  readonly refusal: number;
  readonly lostRequest: number;
  readonly lostAnswer: number;
  readonly cut: number;
  readonly falseStatus: number;
  /** Milliseconds, at most, of one way. */
  readonly latency: number;
  /** Probability that the runner is slow to read a piece of the log. */
  readonly slowReader: number;
  /** Until then no call and no exec gets through; milliseconds of the clock. */
  apiAwayUntil: number;
  /** Until then each call is refused with this status. */
  refusedUntil: number;
  refusedWith: number;
  diskFullUntil: number;
}

export function newWeather(chance: Chance): Weather {
  const badness = chance.oneOf([0, 0, 0.01, 0.03, 0.1]);
  return {
    refusal: badness,
    lostRequest: badness / 2,
    lostAnswer: badness / 2,
    cut: badness * 1.5,
    falseStatus: badness / 4,
    latency: chance.oneOf([3, 10, 80]),
    slowReader: chance.oneOf([0, 0.05, 0.5]),
    ...{ apiAwayUntil: 0, refusedUntil: 0, refusedWith: 500, diskFullUntil: 0 },
  };
}
