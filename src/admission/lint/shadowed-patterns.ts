// Patterns that add nothing, because another one allows every name that they allow.
import { expandAlternatives } from '../../policy/pattern/expand-braces.ts';
import { doubleStars } from '../match/double-stars.ts';
import { compilePattern } from '../match/match-pattern.ts';
import { indexPatterns } from '../match/pattern-index.ts';
import { tokenizePattern } from '../match/pattern-tokens.ts';

export interface Shadow {
  readonly index: number;
  /** Index of the pattern that allows all of it. */
  readonly by: number;
}

/** A character that only a wildcard matches: no name and no pattern has it. */
const anything = '\ue000';
/** With more wildcards than these stand for, a pattern is not looked at. */
const maxSamples = 64;

/** In the order of the list. Each shadow was proven by samples that stand for all names; a doubtful one is left out. */
export function findShadowed(patterns: readonly string[]): readonly Shadow[] {
  // A class that excludes something matches our placeholder, and yet not every name; one that takes a slash depends on the
  // stars around it.
  const index = indexPatterns(patterns, (pattern) => !takesSlash(pattern));
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

function takesSlash(pattern: string): boolean {
  return (pattern.match(/(?<!\\)\[[^\]]*\]/g) ?? []).some(
    (each) => /^\[[!^]/.test(each) || compilePattern(each)('/'),
  );
}

/** Names with a placeholder where the pattern has a wildcard: each wildcard short and long. Empty: too many, or too odd. */
function samplesOf(pattern: string): readonly string[] {
  if (reachesFarther(pattern)) return [];
  let samples: readonly string[] = (expandAlternatives(pattern) ?? []).map(({ text }) => text);
  for (const [wildcard, fillings] of wildcards) {
    while (samples.some((sample) => wildcard.test(sample))) {
      samples = samples.flatMap((sample) => fillFirst(sample, wildcard, fillings));
      if (samples.length > maxSamples) return [];
    }
  }
  return [...new Set(samples.map((sample) => sample.replaceAll('\\', '')))];
}

function fillFirst(sample: string, wildcard: RegExp, fillings: readonly string[]): readonly string[] {
  const found = wildcard.exec(sample)?.[0];
  if (found === undefined) return [sample];
  // A class may take a slash, which no other character stands for.
  const all = found.startsWith('[') && compilePattern(found)('/') ? [...fillings, '/'] : fillings;
  return all.map((filling) => sample.replace(wildcard, filling));
}

/** Stars that meet across a brace: what they look like is not what they stand for. */
function reachesFarther(pattern: string): boolean {
  if (!pattern.includes('{')) return false;
  return (expandAlternatives(pattern) ?? []).some((alternative) => {
    const tokenized = tokenizePattern(alternative);
    return tokenized !== null && doubleStars(tokenized).some((each) => each.reachesOver && !each.isAlone);
  });
}

const short = anything;
/** Longer than any `?` reaches, and deeper than alternatives are written out. */
const long = anything.repeat(9);
const deep = `${long}/`.repeat(9);

/** `**` before and after a slash may stand for nothing; `*` as a whole part may not. */
const wildcards: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?<=\/|^)\*\*\//, ['', `${short}/`, `${long}/${long}/`, deep]],
  [/(?<=.)\/\*\*$/, ['', `/${short}`, `/${long}/${long}`, `/${deep}${long}`]],
  [/^\*\*$/, [short, `${long}/${long}`, `${deep}${long}`]],
  [/(?<!\\)\[[^\]]*\]/, [short]],
  [/\?/, [short]],
  [/(?<=\/|^)\*+(?=\/|$)/, [short, long]],
  [/\*+/, ['', long]],
];
