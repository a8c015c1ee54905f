// The list that a job's images or services are compared with: the policy's own, and what rules add for its project.
import type { AllowedPattern, Policy, PolicyRule } from '../policy/policy.ts';
import { compilePattern, type Matcher } from './match/match-pattern.ts';
import type { ImageKind } from './verdict.ts';

/** The part of a policy that decides about names; what the help page publishes is enough. */
export type AdmissionPolicy = Pick<
  Policy,
  | 'default_image'
  | 'helper_image'
  | 'allowed_images'
  | 'allowed_services'
  | 'image_matching'
  | 'rules'
  | 'replacements'
>;

/** Who asks, from the trusted job file alone. */
export interface ProjectFacts {
  readonly id: number;
  readonly path: string;
  readonly namespaceId: number | null;
  /** null: not known; fits neither. */
  readonly isRefProtected: boolean | null;
}

export interface ListedPattern extends AllowedPattern {
  /** The index of the rule that adds it; null: it is everybody's. */
  readonly rule: number | null;
  readonly matches: Matcher;
}

/** @returns null: there is no list, and every name is allowed. */
export function selectAllowList(
  policy: AdmissionPolicy,
  kind: ImageKind,
  project: ProjectFacts | null,
): readonly ListedPattern[] | null {
  const key = listKey(kind);
  const own = policy[key];
  if (own === undefined) return null;
  const added = policy.rules.flatMap((rule, index) =>
    project !== null && appliesTo(rule.when, project) ? listed(rule[key] ?? [], index) : [],
  );
  return [...listed(own, null), ...added];
}

/** What rules add for somebody, whoever asks. */
export function listForSomeProjects(policy: AdmissionPolicy, kind: ImageKind): readonly ListedPattern[] {
  return policy.rules.flatMap((rule, index) => listed(rule[listKey(kind)] ?? [], index));
}

/** All conditions of a rule must hold; of several values of one condition, one must. */
export function appliesTo(when: PolicyRule['when'], project: ProjectFacts): boolean {
  const { projects, project_ids, namespace_ids, protected_ref } = when;
  if (projects !== undefined && !projects.some((pattern) => compilePattern(pattern)(project.path)))
    return false;
  if (project_ids !== undefined && !project_ids.includes(project.id)) return false;
  if (namespace_ids !== undefined && !namespace_ids.some((id) => id === project.namespaceId)) return false;
  return protected_ref === undefined || protected_ref === project.isRefProtected;
}

export function listKey(kind: ImageKind): 'allowed_images' | 'allowed_services' {
  return kind === 'image' ? 'allowed_images' : 'allowed_services';
}

function listed(patterns: readonly AllowedPattern[], rule: number | null): readonly ListedPattern[] {
  return patterns.map((entry) => ({ ...entry, rule, matches: compilePattern(entry.pattern) }));
}
