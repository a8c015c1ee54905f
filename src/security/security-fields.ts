// Kubernetes' security fields: which belong to the pod, which to a container, and which values they take here.
// Source: Kubernetes API reference v1.36, PodSecurityContext and SecurityContext.

import type { Problem } from '../policy/problem.ts';
import { nearestName } from '../text/nearest-name.ts';
import {
  boolean,
  capabilities,
  id,
  ids,
  mustBeFalse,
  never,
  oneOf,
  profile,
  seLinuxOptionsValue,
  sysctls,
  type ValueCheck,
} from './field-values.ts';

/** `both`: Kubernetes has it in the pod and in each container, and the container's wins. */
export type FieldPlace = 'pod' | 'container' | 'both';

const noWindows = 'is for Windows pods, which have no user namespaces';
const noPrivilege = 'may only be false: a privileged container can leave its user namespace';

export const securityFields: Readonly<
  Record<string, { readonly place: FieldPlace; readonly check: ValueCheck }>
> = {
  appArmorProfile: { place: 'both', check: profile },
  runAsGroup: { place: 'both', check: id },
  runAsNonRoot: { place: 'both', check: boolean },
  runAsUser: { place: 'both', check: id },
  seccompProfile: { place: 'both', check: profile },
  seLinuxOptions: { place: 'both', check: seLinuxOptionsValue },
  windowsOptions: { place: 'both', check: never(noWindows) },
  fsGroup: { place: 'pod', check: id },
  fsGroupChangePolicy: { place: 'pod', check: oneOf('OnRootMismatch', 'Always') },
  seLinuxChangePolicy: { place: 'pod', check: oneOf('MountOption', 'Recursive') },
  supplementalGroups: { place: 'pod', check: ids },
  supplementalGroupsPolicy: { place: 'pod', check: oneOf('Merge', 'Strict') },
  sysctls: { place: 'pod', check: sysctls },
  allowPrivilegeEscalation: { place: 'container', check: boolean },
  capabilities: { place: 'container', check: capabilities },
  privileged: { place: 'container', check: mustBeFalse(noPrivilege) },
  procMount: { place: 'container', check: oneOf('Default', 'Unmasked') },
  readOnlyRootFilesystem: { place: 'container', check: boolean },
};

/** Does the field have a meaning in the pod's (or a container's) security context? */
export function belongsTo(place: 'pod' | 'container', field: string): boolean {
  const home = securityFields[field]?.place;
  return home === place || home === 'both';
}

/** `place`: only fields of this place may stand here; `any` where pod and container fields are mixed. */
export function checkSecurityFields(
  fields: Readonly<Record<string, unknown>>,
  path: Problem['path'],
  place: 'pod' | 'container' | 'any' = 'any',
): Problem[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const misplaced = keyProblem(field, place);
    if (misplaced) return [{ path: [...path, field], message: misplaced, isAboutKey: true }];
    const message = securityFields[field]?.check(value);
    return message ? [{ path: [...path, field], message }] : [];
  });
}

function keyProblem(field: string, place: 'pod' | 'container' | 'any'): string | null {
  if (!securityFields[field]) {
    const meant = nearestName(field, Object.keys(securityFields));
    return `is not a security field that this program knows${meant ? `; did you mean ${meant}?` : ''}`;
  }
  if (place === 'any' || belongsTo(place, field)) return null;
  return place === 'pod'
    ? 'belongs to a container, not to the pod'
    : 'belongs to the pod, not to a container';
}
