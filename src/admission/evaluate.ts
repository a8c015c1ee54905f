// May this name run? The verdict on one image or service name, pure enough for a browser: the executor, `check` and the
// help page all ask here.

import {
  type AdmissionContext,
  type AdmissionDecision,
  createAdmissionContext,
} from './admission-context.ts';
import { type AdmissionPolicy, listKey, type ProjectFacts } from './allow-list.ts';
import { explainInvalidName } from './explain/explain-invalid-name.ts';
import { explainRejection } from './explain/explain-rejection.ts';
import type { ImageReference } from './image-reference.ts';
import { parseImageReference } from './parse-image-reference.ts';
import type { ImageKind, Verdict } from './verdict.ts';

export type { ImageKind, Verdict } from './verdict.ts';

export type Evaluator = (name: string, kind: ImageKind) => Verdict;

/** Evaluates one name. For many names, `createEvaluator` keeps what it compiled. */
export function evaluate({
  policy,
  name,
  kind,
  project,
}: {
  policy: AdmissionPolicy;
  name: string;
  kind: ImageKind;
  project: ProjectFacts | null;
}): Verdict {
  return createEvaluator(policy, project)(name, kind);
}

/** `project` null: nobody in particular asks; what only rules allow is then rejected as "for some projects". */
export function createEvaluator(policy: AdmissionPolicy, project: ProjectFacts | null): Evaluator {
  const context = createAdmissionContext(policy, project);
  return (name, kind) => evaluateName(name, kind, context).verdict;
}

/** A verdict, and what may run by it: the very reference that was evaluated. null: rejected. */
export interface Evaluation {
  readonly verdict: Verdict;
  readonly admitted: ImageReference | null;
}

export function evaluateName(name: string, kind: ImageKind, context: AdmissionContext): Evaluation {
  const { reference, fault } = parseImageReference(name);
  if (reference === undefined) {
    const why = explainInvalidName(name, kind, fault, context);
    return { verdict: { ...rejected(name, null, kind), ...why }, admitted: null };
  }
  const decision = context.decide(reference, kind);
  if (decision === null) {
    const why = explainRejection(reference, kind, context);
    return { verdict: { ...rejected(name, reference.canonical, kind), ...why }, admitted: null };
  }
  return { verdict: allowed(reference, kind, decision), admitted: reference };
}

function allowed(
  reference: ImageReference,
  kind: ImageKind,
  decision: NonNullable<AdmissionDecision>,
): Verdict {
  return {
    image: reference.name,
    canonical: reference.canonical,
    kind,
    allowed: true,
    pattern: decision.entry?.pattern ?? null,
    reason: { code: decision.code, text: allowedText(decision, kind) },
    suggestion: null,
    nearest: null,
  };
}

function allowedText({ code, entry }: NonNullable<AdmissionDecision>, kind: ImageKind): string {
  switch (code) {
    case 'pattern':
      return `\`${entry?.pattern ?? ''}\` of ${listKey(kind)} allows it.`;
    case 'rule':
      return `\`${entry?.pattern ?? ''}\` of rules[${entry?.rule ?? 0}] allows it for this project.`;
    case 'default-image':
      return 'It is the default image of this runner.';
    case 'helper-image':
      return 'It is the helper image of this runner.';
    case 'unrestricted':
      return `The policy has no ${listKey(kind)}: every valid name is allowed.`;
  }
}

function rejected(
  name: string,
  canonical: string | null,
  kind: ImageKind,
): Pick<Verdict, 'image' | 'canonical' | 'kind' | 'allowed' | 'pattern'> {
  return { image: name, canonical, kind, allowed: false, pattern: null };
}
