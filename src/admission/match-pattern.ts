// GitLab Runner's verdict on a valid name, by minimatch: the same as doublestar v4 gives for every pattern that
// checkPattern lets through. Names are parsed before they get here.
import { Minimatch } from 'minimatch';
import { expandBraces } from '../policy/expand-braces.ts';

export type Matcher = (name: string) => boolean;

/** Dots, `!`, `#` and `+(…)` mean nothing special to GitLab; braces are expanded before. */
const likeDoublestar = {
  dot: true,
  nobrace: true,
  nocomment: true,
  noext: true,
  nonegate: true,
  optimizationLevel: 0,
  platform: 'linux',
  preserveMultipleSlashes: true,
} as const;

/** Compiled when a name first gets past the literal start of the pattern: of 10,000 patterns a job needs a handful. */
export function compilePattern(pattern: string): Matcher {
  const start = literalStart(pattern);
  if (start === pattern) return (name) => name === pattern;
  let matchers: readonly Minimatch[] | null = null;
  return (name) => {
    if (!name.startsWith(start)) return false;
    matchers ??= plainPatterns(pattern).map((plain) => new Minimatch(plain, likeDoublestar));
    return matchers.some((matcher) => matcher.match(name));
  };
}

function plainPatterns(pattern: string): readonly string[] {
  const expanded = expandBraces(pattern) ?? [];
  return expanded.flatMap((plain) => [plain, ...withoutTail(plain)]);
}

/** `P/**` also matches `P` in doublestar, if a `*` at the end of `P` stands for at least one character there. */
function withoutTail(pattern: string): readonly string[] {
  const head = pattern.replace(/(\/\*\*)+$/, '');
  if (head === pattern || head === '**' || head.endsWith('/**')) return [];
  return [head.replace(/\*+$/, '*?')];
}

/** What every matching name starts with; a tail that may match nothing is left out of it. */
export function literalStart(pattern: string): string {
  return pattern.replace(/(\/\*\*)+$/, (tail) => tail.slice(1)).replace(/\/?[*?[{\\].*$/s, '');
}
