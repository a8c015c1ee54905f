// Chance that can be had again: the same numbers for the same seed, so that a bad run can be run once more (mulberry32).

export interface Chance {
  /** Less than `end`, and whole. */
  below(end: number): number;
  oneOf<T>(values: readonly [T, ...T[]]): T;
}

export function seededChance(seed: number): Chance {
  let state = Math.floor(seed) | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, oneOf: (values) => values[below(values.length)] ?? values[0] };
}
