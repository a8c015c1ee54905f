// Many patterns and many names: who matches whom, without comparing each with each.
import { expandBraces } from '../../policy/pattern/expand-braces.ts';
import { compilePattern, type Matcher } from './match-pattern.ts';

export interface PatternIndex {
  /** Indexes of the patterns that match, in no order; of very many that start alike, only the first are asked. */
  readonly matching: (name: string) => readonly number[];
}

/** Patterns that start alike are asked one by one. */
const maxAlike = 50;

export function indexPatterns(
  patterns: readonly string[],
  isWanted: (pattern: string) => boolean = () => true,
): PatternIndex {
  const groups = new Map<string, { readonly index: number; readonly matches: Matcher }[]>();
  for (const [index, pattern] of patterns.entries()) {
    if (!isWanted(pattern)) continue;
    const candidate = { index, matches: compilePattern(pattern) };
    for (const start of new Set((expandBraces(pattern) ?? []).map(literalStart))) {
      const group = groups.get(start) ?? [];
      groups.set(start, group);
      if (group.length < maxAlike) group.push(candidate);
    }
  }
  return {
    matching: (name) => {
      const found = new Set<number>();
      for (let length = 0; length <= name.length; length += 1) {
        for (const { index, matches } of groups.get(name.slice(0, length)) ?? []) {
          if (matches(name)) found.add(index);
        }
      }
      return [...found];
    },
  };
}

/** What every matching name starts with; the slash before a wildcard may be missing (`x/**` matches `x`). */
function literalStart(pattern: string): string {
  return pattern.replace(/[*?[{\\].*$/s, '').replace(/\/$/, '');
}
