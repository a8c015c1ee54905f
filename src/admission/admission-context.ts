// Everything that a verdict and its explanation may ask: the lists that hold for the asker, and the decision on any name.
import type { Replacement } from '../policy/policy.ts';
import {
  type AdmissionPolicy,
  type ListedPattern,
  listForSomeProjects,
  type ProjectFacts,
  selectAllowList,
} from './allow-list.ts';
import type { ImageReference } from './image-reference.ts';
import { compilePattern } from './match/match-pattern.ts';
import { spellingsOf } from './match/spellings.ts';
import type { ImageKind, ReasonCode } from './verdict.ts';

/** The decision on a valid name: what allows it, or null. */
export type AdmissionDecision = {
  readonly code: Extract<ReasonCode, 'pattern' | 'rule' | 'default-image' | 'helper-image' | 'unrestricted'>;
  readonly entry: ListedPattern | null;
} | null;

/** What an explanation may ask about other names, so that everything it suggests was evaluated. */
export interface AdmissionContext {
  readonly policy: AdmissionPolicy;
  /** Nobody asks on behalf of a project: rules then only say that some projects may. */
  readonly project: ProjectFacts | null;
  readonly decide: (reference: ImageReference, kind: ImageKind) => AdmissionDecision;
  /** null: no list, everything is allowed. */
  readonly list: (kind: ImageKind) => readonly ListedPattern[] | null;
  readonly listForSomeProjects: (kind: ImageKind) => readonly ListedPattern[];
  readonly replacementFor: (reference: ImageReference) => Replacement | null;
}

export function createAdmissionContext(
  policy: AdmissionPolicy,
  project: ProjectFacts | null,
): AdmissionContext {
  const lists = {
    image: selectAllowList(policy, 'image', project),
    service: selectAllowList(policy, 'service', project),
  };
  const someProjects = {
    image: listForSomeProjects(policy, 'image'),
    service: listForSomeProjects(policy, 'service'),
  };
  const replacements = policy.replacements.map((entry) => ({
    entry,
    matches: compilePattern(entry.pattern),
  }));
  return {
    policy,
    project,
    list: (kind) => lists[kind],
    listForSomeProjects: (kind) => someProjects[kind],
    decide: (reference, kind) => decide(reference, lists[kind], policy),
    replacementFor: (reference) => {
      const names = spellingsOf(reference);
      return replacements.find(({ matches }) => names.some(matches))?.entry ?? null;
    },
  };
}

/** In GitLab Runner's order: a pattern, then the images that the runner itself brings. */
function decide(
  reference: ImageReference,
  list: readonly ListedPattern[] | null,
  policy: AdmissionPolicy,
): AdmissionDecision {
  if (list === null) return { code: 'unrestricted', entry: null };
  const names = policy.image_matching === 'canonical' ? spellingsOf(reference) : [reference.name];
  const entry = list.find(({ matches }) => names.some(matches));
  if (entry !== undefined) return { code: entry.rule === null ? 'pattern' : 'rule', entry };
  if (policy.default_image !== undefined && names.includes(policy.default_image)) {
    return { code: 'default-image', entry: null };
  }
  if (policy.helper_image !== undefined && names.includes(policy.helper_image)) {
    return { code: 'helper-image', entry: null };
  }
  return null;
}
