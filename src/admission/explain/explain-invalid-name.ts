// Why a name is not one, where its mistake is, and the fixed name if that is allowed.

import type { NameFault } from '../../policy/pattern/image-name-fault.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { AdmissionContext } from '../admission-context.ts';
import type { ImageKind, Suggestion, Verdict } from '../verdict.ts';
import { allowedName } from './explanation.ts';

/** Beyond it no fix is suggested: it is no slip of the pen. */
const maxFixedLength = 1000;

export function explainInvalidName(
  name: string,
  kind: ImageKind,
  fault: NameFault,
  context: AdmissionContext,
): Pick<Verdict, 'reason' | 'suggestion' | 'nearest'> {
  return {
    reason: { code: 'not-valid', text: `It is not a valid image name: ${plainLine(fault.reason)}.` },
    suggestion: suggest(name, kind, context),
    nearest: null,
  };
}

function suggest(name: string, kind: ImageKind, context: AdmissionContext): Suggestion | null {
  if (name.length > maxFixedLength) return null;
  if (/\$[A-Za-z_{]/.test(name)) {
    return { text: 'Define the variable for this job, or write the name out.', use: null };
  }
  const fixed = fixes.reduce((text, fix) => fix(text), name);
  if (name.trim().endsWith('/') && isRegistry(fixed))
    return { text: `Write which image of it: \`${plainLine(fixed)}/NAME\`.`, use: null };
  const use = allowedName(fixed, { kind, context });
  return use === null ? null : { text: `Write \`${use}\`.`, use };
}

/** By itself it would be an image of Docker Hub, and no host. */
const isRegistry = (name: string): boolean => !name.includes('/') && /[.:]/.test(name);

const fixes: readonly ((name: string) => string)[] = [
  (name) => name.trim(),
  (name) => name.replace(/^[a-z][a-z0-9+]*:\/\//i, ''),
  (name) => name.replace(/\/{2,}/g, '/').replace(/^\/|[/:@]$/g, ''),
  (name) => name.replace(/^[^:@]*/, (repository) => repository.toLowerCase()),
];
