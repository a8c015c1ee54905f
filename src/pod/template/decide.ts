// The decisions about each field, asked for an object that somebody wrote.
import type { KeyPath, Problem } from '../../policy/problem.ts';
import { fieldType } from './schema/schema.ts';
import type { FieldDecision } from './schema/template-pod-fields.ts';

/** A field of `type` that nobody decided about is refused; what is no field of it at all is check-schema's to name. */
export function decide(
  fields: Readonly<Record<string, unknown>>,
  type: string,
  decisions: Readonly<Record<string, FieldDecision>>,
  path: KeyPath,
): Problem[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const decision = Object.hasOwn(decisions, field) ? decisions[field] : undefined;
    const isUndecided = decision === undefined && fieldType(type, field) !== null;
    const message = isUndecided ? undecided : (decision?.(value) ?? null);
    return message === null ? [] : [{ path: [...path, field], message, isAboutKey: true }];
  });
}

const undecided =
  'is newer than the last look at what it could undo; leave it out until a version of this program knows it';
