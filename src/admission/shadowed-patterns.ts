// Patterns that add nothing, because another one allows every name that they allow.
import { expandBraces } from '../policy/expand-braces.ts';
import { indexPatterns } from './pattern-index.ts';

export interface Shadow {
  readonly index: number;
  /** Index of the pattern that allows all of it. */
  readonly by: number;
}

/** A character that only a wildcard matches: no name and no pattern has it. */
const anything = '\ue000';
/** With more wildcards than these stand for, a pattern is not looked at. */
const mostSamples = 64;

/** In the order of the list. Each shadow was proven by samples that stand for all names; a doubtful one is left out. */
export function findShadowed(patterns: readonly string[]): readonly Shadow[] {
  // A class that excludes something matches our placeholder, and yet not every name.
  const index = indexPatterns(patterns, (pattern) => !/\[[!^]/.test(pattern));
  const covers = patterns.map((pattern) => {
    const [first, ...others] = samplesOf(pattern);
    if (first === undefined) return [];
    return others.reduce(
      (left, sample) => (left.length === 0 ? left : intersect(left, index.matching(sample))),
      index.matching(first),
    );
  });
  return covers.flatMap((by, at) => {
    // Of two that say the same, the later one is superfluous.
    const other = by.filter((each) => each !== at && (each < at || covers[each]?.includes(at) !== true));
    return other.length === 0 ? [] : [{ index: at, by: Math.min(...other) }];
  });
}

function intersect(some: readonly number[], others: readonly number[]): readonly number[] {
  return some.filter((each) => others.includes(each));
}

/** Names with a placeholder where the pattern has a wildcard: each wildcard short and long. Empty: too many. */
function samplesOf(pattern: string): readonly string[] {
  let samples: readonly string[] = expandBraces(pattern) ?? [];
  for (const [wildcard, fillings] of wildcards) {
    while (samples.some((sample) => wildcard.test(sample))) {
      samples = samples.flatMap((sample) =>
        wildcard.test(sample) ? fillings.map((filling) => sample.replace(wildcard, filling)) : [sample],
      );
      if (samples.length > mostSamples) return [];
    }
  }
  return [...new Set(samples.map((sample) => sample.replaceAll('\\', '')))];
}

const short = anything;
/** Longer than any `?` reaches. */
const long = anything.repeat(3);

/** `**` before and after a slash may stand for nothing; `*` as a whole part may not. */
const wildcards: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?<=\/|^)\*\*\//, ['', `${short}/`, `${long}/${long}/`]],
  [/(?<=.)\/\*\*$/, ['', `/${short}`, `/${long}/${long}`]],
  [/^\*\*$/, [short, `${long}/${long}`]],
  [/(?<!\\)\[[^\]]*\]/, [short]],
  [/\?/, [short]],
  [/(?<=\/|^)\*+(?=\/|$)/, [short, long]],
  [/\*+/, ['', long]],
];
