// The verdict of GitLab Runner's allow-list on a name: doublestar v4.10.0, for every pattern that checkPattern lets through.
import { expandAlternatives } from '../../policy/pattern/expand-braces.ts';
import { matchTokens } from './match-tokens.ts';
import { type TokenizedPattern, tokenizePattern } from './pattern-tokens.ts';

export type Matcher = (name: string) => boolean;

/** Compiled when a name first has what is literal in the pattern: of 10,000 patterns a job needs a handful. */
export function compilePattern(pattern: string): Matcher {
  const start = literalStart(pattern);
  if (start === pattern) return (name) => name === pattern;
  let core: string | null = null;
  let alternatives: readonly TokenizedPattern[] | null = null;
  return (name) => {
    if (!name.startsWith(start)) return false;
    core ??= literalCore(pattern);
    if (!name.includes(core)) return false;
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

/** The longest text outside of braces that every matching name has; slashes beside stars may match nothing. */
function literalCore(pattern: string): string {
  let core = '';
  let depth = 0;
  for (const [piece] of pattern.matchAll(/\[[^\]]*\]|\\.|[^[\\{}*?]+|./gs)) {
    if (piece === '{') depth += 1;
    else if (piece === '}') depth -= 1;
    else if (depth === 0 && !/^[*?[\\]/.test(piece)) {
      const text = piece.replace(/^\/+|\/+$/g, '');
      if (text.length > core.length) core = text;
    }
  }
  return core;
}
