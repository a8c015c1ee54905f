// The verdict of GitLab Runner's allow-list on a name: doublestar v4.10.0, for every pattern that checkPattern lets through.
import { expandAlternatives } from '../policy/expand-braces.ts';
import { matchTokens } from './match-tokens.ts';
import { type TokenizedPattern, tokenizePattern } from './pattern-tokens.ts';

export type Matcher = (name: string) => boolean;

/** Compiled when a name first gets past the literal start of the pattern: of 10,000 patterns a job needs a handful. */
export function compilePattern(pattern: string): Matcher {
  const start = literalStart(pattern);
  if (start === pattern) return (name) => name === pattern;
  let alternatives: readonly TokenizedPattern[] | null = null;
  return (name) => {
    if (!name.startsWith(start)) return false;
    alternatives ??= (expandAlternatives(pattern) ?? [])
      .map(tokenizePattern)
      .filter((alternative) => alternative !== null);
    return alternatives.some((alternative) => matchTokens(alternative, name));
  };
}

/** What every matching name starts with; the slash of a tail that may match nothing is left out of it. */
export function literalStart(pattern: string): string {
  return pattern.replace(/\/?[*?[{\\].*$/s, '');
}
