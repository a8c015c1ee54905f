// Patterns of projects in `rules`: what a rule gives to one group, anybody's group must not get.
import { checkPattern } from '../../policy/pattern/pattern.ts';
import { compilePattern } from '../match/match-pattern.ts';
import { instancesOf } from '../match/pattern-instances.ts';
import { literalText, type TokenizedPattern } from '../match/pattern-tokens.ts';
import { writeOut } from '../match/write-out.ts';
import { lintReading } from './lint-reading.ts';
import { type PatternFinding, patternRisk, suggestPattern } from './pattern-finding.ts';

/** As GitLab writes full paths. */
const projectPath = /^\w[\w.-]*(?:\/\w[\w.-]*)+$/;

export function lintProjects(pattern: string): PatternFinding | null {
  // For every project, which is plain to see.
  if (compilePattern(pattern)('evil/evil')) return lintReading(pattern);
  const stranger = findStranger(pattern);
  if (stranger === null) return lintReading(pattern);
  const closed = pattern.replace(/^([\w.-]+)[*?]+(?=\/)/, '$1');
  const isSound = closed !== pattern && checkPattern(closed) === null && findStranger(closed) === null;
  return patternRisk(
    `also holds for ${stranger}, and anybody may create such a group${suggestPattern(isSound ? closed : undefined)}`,
  );
}

/** @returns null: whatever stands for the wildcards, the group is one that the pattern names. */
function findStranger(pattern: string): string | null {
  const named = new Set(writeOut(pattern).map(namedGroup));
  for (const path of instancesOf(pattern, (each) => projectPath.test(each))) {
    if (!named.has(path.split('/', 1)[0] ?? '')) return path;
  }
  return null;
}

/** @returns null: it has a wildcard. */
function namedGroup({ tokens }: TokenizedPattern): string | null {
  const literal = literalText(tokens);
  return literal.includes('/') ? literal.slice(0, literal.indexOf('/')) : null;
}
