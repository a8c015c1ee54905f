// A question about a rejected name, and what one of the explanations answers.

import type { AdmissionContext } from '../admission-context.ts';
import type { ListedPattern } from '../allow-list.ts';
import type { ImageReference } from '../image-reference.ts';
import { parseImageReference } from '../parse-image-reference.ts';
import type { ImageKind, ReasonCode, Suggestion } from '../verdict.ts';

export interface ExplanationInput {
  readonly reference: ImageReference;
  readonly kind: ImageKind;
  readonly context: AdmissionContext;
  readonly list: readonly ListedPattern[];
}

export interface Explanation {
  readonly code: ReasonCode;
  readonly text: string;
  readonly suggestion?: Suggestion;
  /** The pattern that the name came near to, when the reason is about one. */
  readonly near?: NearPattern;
}

export interface NearPattern extends ListedPattern {
  /** The text of the reason or of the suggestion has it. */
  readonly isNamed: boolean;
}

/** The name as a suggestion, if it is allowed. */
export function allowedName(
  name: string,
  { kind, context }: Pick<ExplanationInput, 'kind' | 'context'>,
): string | null {
  const { reference } = parseImageReference(name);
  return reference !== undefined && context.decide(reference, kind) !== null ? name : null;
}
