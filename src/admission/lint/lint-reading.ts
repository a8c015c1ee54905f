// Patterns of which GitLab's matcher makes something else than a reader would: stars beside braces and other stars.
import { expandAlternatives } from '../../policy/pattern/expand-braces.ts';
import { checkPattern } from '../../policy/pattern/pattern.ts';
import { doubleStars } from '../match/double-stars.ts';
import { compilePattern } from '../match/match-pattern.ts';
import { type TokenizedPattern, tokenizePattern } from '../match/pattern-tokens.ts';
import { parseImageReference } from '../parse-image-reference.ts';
import { type PatternFinding, patternGap, patternRisk, suggestPattern } from './pattern-finding.ts';

export function lintReading(pattern: string): PatternFinding | null {
  if (!pattern.includes('**') && !/[*{].*\{|\{.*\*/.test(pattern)) return null;
  const alternatives = (expandAlternatives(pattern) ?? [])
    .map(tokenizePattern)
    .filter((alternative) => alternative !== null);
  return lintReaching(alternatives) ?? lintGlued(pattern, alternatives) ?? lintEmptyEnd(pattern);
}

/** `team{**,x}` and `team{*,}*`: stars that stand together right behind a brace reach over slashes. */
function lintReaching(alternatives: readonly TokenizedPattern[]): PatternFinding | null {
  const isReaching = alternatives.some((alternative) =>
    doubleStars(alternative).some(({ isAlone, reachesOver }) => reachesOver && !isAlone),
  );
  if (!isReaching) return null;
  return patternRisk(
    'has two stars behind a brace, which reach over every `/`, unlike elsewhere; write one pattern for each',
  );
}

/** `a**`, `***`, and `/**{,:*}`: no more than a `*`. */
function lintGlued(pattern: string, alternatives: readonly TokenizedPattern[]): PatternFinding | null {
  const isGlued = alternatives.some((alternative) =>
    doubleStars(alternative).some(({ reachesOver }) => !reachesOver),
  );
  if (!isGlued) return null;
  const glued = pattern.split('/').find((part) => part.includes('**') && part !== '**') ?? pattern;
  return patternGap(
    `has \`${glued}\`, where \`**\` is no more than \`*\`: it crosses a \`/\` only when it is alone between slashes` +
      suggestPattern(withoutEnd(pattern)),
  );
}

/** `python*{,:*}` does not match `python`: where a name ends at a `*`, no brace may follow. */
function lintEmptyEnd(pattern: string): PatternFinding | null {
  const matches = compilePattern(pattern);
  for (const { text } of expandAlternatives(pattern) ?? []) {
    const missed = text.replace(/\*+$/, '').replaceAll('\\', '');
    if (missed === text || /[*?[]/.test(missed) || matches(missed)) continue;
    if (parseImageReference(missed).fault !== undefined || !matches(`${missed}1`)) continue;
    return patternGap(
      `does not allow \`${missed}\` itself: before a brace or another star a \`*\` at the end of a name needs a character` +
        suggestPattern(withoutEnd(pattern)),
      missed,
    );
  }
  return null;
}

/** What was meant, where the last brace says nothing that the stars before it do not say. */
function withoutEnd(pattern: string): string | undefined {
  const [, before = '', stars = '', end] = /^(.*[^*])(\*+)(\{[^{}/]*\})?$/s.exec(pattern) ?? [];
  if (before === '' || (end === undefined && stars.length < 3)) return undefined;
  const meant = before + (before.endsWith('/') && stars.length === 2 ? '**' : '*');
  return checkPattern(meant) === null ? meant : undefined;
}
