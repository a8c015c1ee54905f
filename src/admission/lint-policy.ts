// `check --lint`: what an operator would want to know about the lists of a policy, place by place.
import type { AllowedPattern } from '../policy/policy.ts';
import type { KeyPath } from '../policy/problem.ts';
import type { AdmissionPolicy } from './allow-list.ts';
import { createJudge } from './judge.ts';
import { hubSpellingGap, lintPattern, type Severity } from './lint-pattern.ts';
import { indexPatterns } from './pattern-index.ts';
import { findShadowed } from './shadowed-patterns.ts';

export interface LintFinding {
  readonly path: KeyPath;
  /** What the finding is about, as written in the policy. */
  readonly about: string;
  readonly severity: Severity;
  /** A clause that follows it. */
  readonly message: string;
}

interface List {
  readonly path: KeyPath;
  readonly patterns: readonly AllowedPattern[];
}

/** In the order of the policy. */
export function lintPolicy(policy: AdmissionPolicy): readonly LintFinding[] {
  const isCanonical = policy.image_matching === 'canonical';
  return [
    ...listsOf(policy).flatMap((list) => [
      ...lintEach(list, isCanonical),
      ...lintShadowed(list),
      ...(isCanonical ? [] : lintTagsOnly(list)),
    ]),
    ...lintReplacements(policy),
  ];
}

function listsOf({ allowed_images, allowed_services, rules }: AdmissionPolicy): readonly List[] {
  const named = [
    { path: ['allowed_images'], patterns: allowed_images },
    { path: ['allowed_services'], patterns: allowed_services },
    ...rules.flatMap((rule, index) => [
      { path: ['rules', index, 'allowed_images'], patterns: rule.allowed_images },
      { path: ['rules', index, 'allowed_services'], patterns: rule.allowed_services },
    ]),
  ];
  return named.flatMap(({ path, patterns }) => (patterns === undefined ? [] : [{ path, patterns }]));
}

function lintEach({ path, patterns }: List, isCanonical: boolean): readonly LintFinding[] {
  const deep = indexPatterns(
    patterns.map(({ pattern }) => pattern),
    (pattern) => pattern.includes('**'),
  );
  return patterns.flatMap(({ pattern }, index) => {
    const found = lintPattern(pattern);
    if (found === null || (isCanonical && found.message === hubSpellingGap)) return [];
    // That one pattern does not reach deep is no gap where another one does.
    const deeper = `${pattern.slice(0, pattern.lastIndexOf('/'))}/group/name:1`;
    if (found.severity === 'gap' && deep.matching(deeper).length > 0) return [];
    return [{ path: [...path, index], about: pattern, ...found }];
  });
}

function lintShadowed({ path, patterns }: List): readonly LintFinding[] {
  return findShadowed(patterns.map(({ pattern }) => pattern)).flatMap(({ index, by }): LintFinding[] => {
    const [pattern = '', other = ''] = [patterns[index]?.pattern, patterns[by]?.pattern];
    // What should go is the risky pattern, and then this one is needed.
    if (pattern !== other && lintPattern(other)?.severity === 'risk') return [];
    const message =
      pattern === other ? 'stands in the list twice' : `adds nothing, because \`${other}\` allows all of it`;
    return [{ path: [...path, index], about: pattern, severity: 'clutter', message }];
  });
}

/** `name:*` misses the name without a tag, and with a digest alone; one finding for all of a list, which mostly has many. */
function lintTagsOnly({ path, patterns }: List): readonly LintFinding[] {
  const all = indexPatterns(patterns.map(({ pattern }) => pattern));
  const tagsOnly = patterns
    .map(({ pattern }, index) => ({ pattern, index }))
    .filter(({ pattern }) => /^[^*?[{:]+:\*$/.test(pattern.replace(/^[^/]*:\d+\//, '')))
    .filter(({ pattern }) => all.matching(pattern.slice(0, -2)).length === 0);
  const [first] = tagsOnly;
  if (first === undefined) return [];
  const name = first.pattern.slice(0, -2);
  const others = tagsOnly.length === 1 ? '' : ` (nor do ${tagsOnly.length - 1} more)`;
  const message =
    `does not allow \`${name}\` without a tag, nor \`${name}@sha256:…\`${others}; authors write both. ` +
    `Add \`${name}\` and \`${name}@sha256:*\`, or \`${name}{,:*,@*}\` for all three`;
  return [{ path: [...path, first.index], about: first.pattern, severity: 'gap', message }];
}

function lintReplacements(policy: AdmissionPolicy): readonly LintFinding[] {
  const judge = createJudge(policy, null);
  return policy.replacements.flatMap(({ use }, index): LintFinding[] => {
    if (judge(use, 'image').allowed || judge(use, 'service').allowed) return [];
    const message = 'is suggested to authors, and is not allowed itself; add it to allowed_images';
    return [{ path: ['replacements', index, 'use'], about: use, severity: 'gap', message }];
  });
}
