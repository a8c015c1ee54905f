// Which values a security field takes. Every check answers with what is expected, or null when the value is fine.

import { maxId } from '../layout/ids.ts';
import { nearestName } from '../text/nearest-name.ts';
import { knownCapabilities } from './capabilities.ts';

/**
 * The kubelet gives a pod's user namespace 65,536 ids (KubeletConfiguration `userNamespaces.idsPerPod` by default). A higher
 * one cannot exist in it: such a pod hangs in ContainerCreating forever.
 */
/** null, or a sentence's end: "must be …". */
export type ValueCheck = (value: unknown) => string | null;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const boolean: ValueCheck = (value) => (typeof value === 'boolean' ? null : 'must be true or false');

export const id: ValueCheck = (value) => {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxId) return null;
  return `must be a whole number from 0 to ${maxId}: higher ids do not exist in a pod's user namespace`;
};

export const ids: ValueCheck = (value) =>
  Array.isArray(value) && value.every((item) => id(item) === null)
    ? null
    : `must be a list of whole numbers from 0 to ${maxId}`;

export const never =
  (reason: string): ValueCheck =>
  () =>
    reason;

export const mustBeFalse =
  (reason: string): ValueCheck =>
  (value) =>
    value === false ? null : reason;

export const oneOf =
  (...allowed: string[]): ValueCheck =>
  (value) =>
    typeof value === 'string' && allowed.includes(value) ? null : `must be one of ${allowed.join(', ')}`;

/** `{type, localhostProfile}`, the profile exactly when the type is Localhost. */
export const profile: ValueCheck = (value) => {
  if (!isObject(value)) return 'must be an object with the key type';
  const unknown = firstUnknown(value, ['type', 'localhostProfile']);
  if (unknown) return unknown;
  const wrongType = oneOf('RuntimeDefault', 'Localhost', 'Unconfined')(value['type']);
  if (wrongType) return `has a type that ${wrongType}`;
  const named = typeof value['localhostProfile'] === 'string' && value['localhostProfile'] !== '';
  if (named && !isBelow(String(value['localhostProfile'])))
    return "must have a localhostProfile below the kubelet's seccomp directory: relative, without `..`";
  if ((value['type'] === 'Localhost') === named) return null;
  return named
    ? 'may have localhostProfile only with type Localhost'
    : 'needs localhostProfile with type Localhost';
};

/** As Kubernetes asks for it (validation of localhostProfile). AppArmor's are names, which are no different here. */
const isBelow = (path: string): boolean => !path.startsWith('/') && !path.split('/').includes('..');

export const seLinuxOptionsValue: ValueCheck = (value) => {
  if (!isObject(value)) return 'must be an object with keys of level, role, type, user';
  const unknown = firstUnknown(value, ['level', 'role', 'type', 'user']);
  if (unknown) return unknown;
  return Object.values(value).every((part) => typeof part === 'string') ? null : 'must have texts as values';
};

export const sysctls: ValueCheck = (value) => {
  const fine =
    Array.isArray(value) &&
    value.every(
      (item) => isObject(item) && typeof item['name'] === 'string' && typeof item['value'] === 'string',
    );
  return fine ? null : 'must be a list of {name, value} with texts as values';
};

export const capabilities: ValueCheck = (value) => {
  if (!isObject(value)) return 'must be an object with keys of add, drop';
  const unknown = firstUnknown(value, ['add', 'drop']);
  if (unknown) return unknown;
  const add = value['add'] ?? [];
  const drop = value['drop'] ?? [];
  const wrong =
    wrongCapability(add, knownCapabilities) ?? wrongCapability(drop, ['ALL', ...knownCapabilities]);
  if (wrong) return wrong;
  const both = (add as string[]).find((name) => (drop as string[]).includes(name));
  return both === undefined ? null : `both adds and drops ${both}`;
};

function wrongCapability(list: unknown, known: readonly string[]): string | null {
  if (!Array.isArray(list)) return 'must have lists of capability names in add and drop';
  for (const name of list) {
    if (known.includes(name as string)) continue;
    if (name === 'ALL') return 'may not add ALL: name the capabilities that are needed';
    const meant = nearestName(String(name).replace(/^CAP_/i, '').toUpperCase(), known);
    return `names the unknown capability ${JSON.stringify(name)}${meant ? `; did you mean ${meant}?` : ''}`;
  }
  return null;
}

function firstUnknown(value: Readonly<Record<string, unknown>>, known: readonly string[]): string | null {
  const key = Object.keys(value).find((name) => !known.includes(name));
  if (key === undefined) return null;
  const meant = nearestName(key, known);
  return `has the unknown key ${JSON.stringify(key)}${meant ? `; did you mean ${meant}?` : ''}`;
}
