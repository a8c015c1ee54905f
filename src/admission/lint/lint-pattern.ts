// What is risky, or less than it seems, about one pattern of an allow-list. Each check is a mistake that somebody's real
// list has made. What a pattern admits is asked of the matcher; its text only finds the words, and what to write instead.
import { expandBraces } from '../../policy/pattern/expand-braces.ts';
import { checkPattern } from '../../policy/pattern/pattern.ts';
import { compilePattern } from '../match/match-pattern.ts';
import { admitsSomeName } from './foreign-name.ts';
import { ownerOfName } from './image-owner.ts';
import { lintOwners } from './lint-owners.ts';
import { lintReading } from './lint-reading.ts';
import { type PatternFinding, patternGap, suggestPattern } from './pattern-finding.ts';

type Lint = (pattern: string) => PatternFinding | null;

const lints: readonly Lint[] = [
  lintOwners,
  lintDead,
  lintGluedHost,
  lintHubSpelling,
  lintReading,
  lintShallow,
];

/** Of several things that are wrong with a pattern the first is reported: it explains the others. */
export function lintPattern(pattern: string): PatternFinding | null {
  for (const lint of lints) {
    const finding = lint(pattern);
    if (finding !== null) return finding;
  }
  return null;
}

/** `registry.example.org*` looks like all of a registry. */
function lintGluedHost(pattern: string): PatternFinding | null {
  const host = /^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?=[*?[{])/i.exec(pattern)?.[0];
  if (host === undefined || pattern.includes('/') || compilePattern(pattern)(`${host}/x`)) return null;
  return patternGap(
    `ends in its first part, and so allows nothing of the registry ${host}; write ${host}/**`,
    `${host}/x`,
  );
}

/** `registry/*` does not reach `registry/a/b`. */
function lintShallow(pattern: string): PatternFinding | null {
  const matches = compilePattern(pattern);
  for (const plain of expandBraces(pattern) ?? []) {
    const [, host, tag] = /^([^*?[]*[.:][^*?[]*)\/\*(:\*)?$/.exec(plain) ?? [];
    if (host === undefined) continue;
    const missed = `${host.replaceAll('\\', '')}/group/name`;
    if (matches(`${missed}:1`) || ownerOfName(`${missed}:1`) === null) continue;
    const deep = [pattern.replace(/\/\*(:\*)?$/, tag === undefined ? '/**' : '/**/*:*'), `${host}/**`];
    const instead = deep.find((each) => checkPattern(each) === null && compilePattern(each)(`${missed}:1`));
    return patternGap(
      `does not reach ${missed}, because \`*\` stands for one part${suggestPattern(instead)} if it should`,
      `${missed}:1`,
    );
  }
  return null;
}

function lintHubSpelling(pattern: string): PatternFinding | null {
  const isSpeltOut = (expandBraces(pattern) ?? []).every((plain) => /^(index\.)?docker\.io\//.test(plain));
  return isSpeltOut ? patternGap(hubSpellingGap) : null;
}

/** No gap where names are compared by their meaning. */
export const hubSpellingGap =
  'does not match the short names that authors write, such as `python:3`; add those, or set image_matching: canonical';

function lintDead(pattern: string): PatternFinding | null {
  if (admitsSomeName(pattern)) return null;
  return {
    severity: 'clutter',
    message:
      'seems to match no valid image name: look for a slip; in a pattern `.` is a dot, and any characters are `*`',
  };
}
