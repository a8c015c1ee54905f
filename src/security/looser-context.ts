// Whether contexts let a job do what other ones do not: asked of what comes of all layers, container by container.
import type { SecurityFields } from '../policy/policy.ts';
import { isObject } from './field-values.ts';
import type { JobSecurity } from './job-security.ts';

/** Fields whose one value confines, and any other does not. */
const confining: Readonly<Record<string, unknown>> = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
};
const profiles = ['seccompProfile', 'appArmorProfile'];

/** @returns the fields in which a container of `other` is looser than the same one of `base`; each once */
export function looserFields(base: JobSecurity, other: JobSecurity): readonly string[] {
  const found = Object.entries(other.containers).flatMap(([name, { context }]) => {
    const before = base.containers[name]?.context;
    return before === undefined
      ? []
      : looserIn({ ...base.pod.context, ...before }, { ...other.pod.context, ...context });
  });
  return [...new Set(found)];
}

function looserIn(before: SecurityFields, after: SecurityFields): string[] {
  const lost = Object.entries(confining).flatMap(([field, value]) =>
    before[field] === value && after[field] !== value ? [field] : [],
  );
  const changed = profiles.filter(
    (field) => typeOf(before[field]) === 'RuntimeDefault' && typeOf(after[field]) !== 'RuntimeDefault',
  );
  const unmasked = after['procMount'] === 'Unmasked' && before['procMount'] !== 'Unmasked';
  const had = addedIn(before);
  const gained = addedIn(after).some((capability) => !had.includes(capability));
  return [
    ...lost,
    ...changed,
    ...(unmasked ? ['procMount'] : []),
    ...(gained ? ['capabilities.add'] : []),
    ...(dropsAll(before) && !dropsAll(after) ? ['capabilities.drop'] : []),
  ];
}

const typeOf = (profile: unknown): unknown => (isObject(profile) ? profile['type'] : undefined);

const listIn = (context: SecurityFields, list: 'add' | 'drop'): readonly string[] => {
  const { capabilities } = context;
  return isObject(capabilities) ? ((capabilities[list] ?? []) as readonly string[]) : [];
};
const addedIn = (context: SecurityFields): readonly string[] => listIn(context, 'add');
const dropsAll = (context: SecurityFields): boolean => listIn(context, 'drop').includes('ALL');
