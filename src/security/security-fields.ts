// Kubernetes' security fields: which belong to the pod, which to a container, and which values they take here.
// Source: Kubernetes API reference v1.36, PodSecurityContext and SecurityContext.

import type { Problem } from '../policy/problem.ts';
import { nearestName } from '../text/nearest-name.ts';
import {
  boolean,
  capabilities,
  id,
  ids,
  isObject,
  mustBeFalse,
  never,
  oneOf,
  profile,
  seLinuxOptionsValue,
  sysctls,
  type ValueCheck,
} from './field-values.ts';

/** Inside a context of the policy: fields for one kind of container, over the common ones. */
export const contextKinds = ['build', 'helper', 'services', 'init'] as const;
export type ContextKind = (typeof contextKinds)[number];

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
    const meant = nearestName(field, [
      ...Object.keys(securityFields),
      ...(place === 'any' ? contextKinds : []),
    ]);
    return `is not a security field that this program knows${meant ? `; did you mean ${meant}?` : ''}`;
  }
  if (place === 'any' || belongsTo(place, field)) return null;
  return place === 'pod'
    ? 'belongs to a container, not to the pod'
    : 'belongs to the pod, not to a container';
}

/** A whole context of the policy: common fields, and those of a kind of container. */
export function checkPolicyContext(
  context: Readonly<Record<string, unknown>>,
  path: Problem['path'],
): Problem[] {
  const kinds = contextKinds.filter((kind) => context[kind] !== undefined);
  const ofKinds = kinds.flatMap((kind) => {
    const fields = context[kind];
    const at = [...path, kind];
    if (!isObject(fields)) return [{ path: at, message: 'must have security fields of a container' }];
    return [...checkSecurityFields(fields, at, 'container'), ...ownUser(kind, fields, at)];
  });
  return [...checkSecurityFields(commonFields(context), path), ...ofKinds];
}

/** They work on what the job's user owns, so they are that user. */
function ownUser(
  kind: ContextKind,
  fields: Readonly<Record<string, unknown>>,
  path: Problem['path'],
): Problem[] {
  if (kind !== 'helper' && kind !== 'init') return [];
  return ['runAsUser', 'runAsGroup']
    .filter((field) => fields[field] !== undefined)
    .map((field) => ({
      path: [...path, field],
      message: "has no effect: this container runs as build's user; set it there, or for all",
      isAboutKey: true,
    }));
}

/** Without what is said for one kind of container. */
export function commonFields(context: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(context).filter(([key]) => !isContextKind(key)));
}

const isContextKind = (key: string): key is ContextKind => contextKinds.some((kind) => kind === key);
