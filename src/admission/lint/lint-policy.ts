// `check --lint`: what an operator would want to know about the lists of a policy, place by place.
import type { AllowedPattern } from '../../policy/policy.ts';
import type { KeyPath } from '../../policy/problem.ts';
import { type AdmissionPolicy, listKey } from '../allow-list.ts';
import { createEvaluator } from '../evaluate.ts';
import { indexPatterns } from '../match/pattern-index.ts';
import { hubSpellingGap, lintPattern } from './lint-pattern.ts';
import { lintProjects } from './lint-projects.ts';
import { lintReading } from './lint-reading.ts';
import { lintTags } from './lint-tags.ts';
import { type PatternFinding, patternGap, type Severity } from './pattern-finding.ts';
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
    ...lintAbsent(policy),
    ...lintRules(policy),
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
  const all = indexPatterns(patterns.map(({ pattern }) => pattern));
  return patterns.flatMap(({ pattern }, index) => {
    const found = lintPattern(pattern);
    if (found === null || (isCanonical && found.message === hubSpellingGap)) return [];
    // What one pattern misses is no gap where another one allows it.
    if (found.missed !== undefined && all.matching(found.missed).length > 0) return [];
    return placed([...path, index], pattern, found);
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

function lintTagsOnly({ path, patterns }: List): readonly LintFinding[] {
  const found = lintTags(patterns.map(({ pattern }) => pattern));
  if (found === null) return [];
  const about = patterns[found.index]?.pattern ?? '';
  return [{ path: [...path, found.index], about, severity: 'gap', message: found.message }];
}

/** Absent is not empty: it is no limit at all. */
function lintAbsent(policy: AdmissionPolicy): readonly LintFinding[] {
  return (['allowed_images', 'allowed_services'] as const)
    .filter((key) => policy[key] === undefined)
    .map((key) => ({
      path: [key],
      about: key,
      severity: 'remark',
      message: `is absent, so every ${key === 'allowed_images' ? 'image' : 'service'} is allowed`,
    }));
}

function lintRules({ rules }: AdmissionPolicy): readonly LintFinding[] {
  return rules.flatMap(({ when }, rule) =>
    (when.projects ?? []).flatMap((pattern, index) =>
      placed(['rules', rule, 'when', 'projects', index], pattern, lintProjects(pattern)),
    ),
  );
}

function lintReplacements(policy: AdmissionPolicy): readonly LintFinding[] {
  const evaluate = createEvaluator(policy, null);
  // Where there is no list nothing is rejected, and so nothing suggested.
  const limited = (['image', 'service'] as const).filter((kind) => policy[listKey(kind)] !== undefined);
  return policy.replacements.flatMap(({ pattern, use }, index): readonly LintFinding[] => {
    const isRefused = limited.length > 0 && !limited.some((kind) => evaluate(use, kind).allowed);
    const message = 'is suggested to authors, and is not allowed itself; add it to allowed_images';
    return [
      ...placed(['replacements', index, 'pattern'], pattern, lintReading(pattern)),
      ...placed(['replacements', index, 'use'], use, isRefused ? patternGap(message) : null),
    ];
  });
}

function placed(path: KeyPath, about: string, found: PatternFinding | null): readonly LintFinding[] {
  return found === null ? [] : [{ path, about, severity: found.severity, message: found.message }];
}
