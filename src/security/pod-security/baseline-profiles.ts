// The baseline checks of kernel profiles: AppArmor, SELinux and seccomp may be the runtime's or the operator's, not off.
import { type Check, securityFault } from './check.ts';
import {
  type EvaluatedPod,
  findSetters,
  isSet,
  map,
  nameSetters,
  plural,
  quoted,
  type Setters,
  sorted,
  text,
} from './evaluated-pod.ts';

const isOwnOrDefault = (type: unknown): boolean => type === 'RuntimeDefault' || type === 'Localhost';

const appArmorAnnotation = 'container.apparmor.security.beta.kubernetes.io/';

export const appArmorProfile: Check = {
  id: 'appArmorProfile',
  evaluate: (pod) => {
    const setters = findSetters(pod, (context) => forbiddenType(context['appArmorProfile']));
    const annotations = Object.entries(pod.annotations)
      .filter(([key, value]) => key.startsWith(appArmorAnnotation) && !isAllowedAnnotation(text(value)))
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    if (!isSet(setters) && annotations.length === 0) return null;
    const values = [...setters.values, ...sorted(annotations)];
    const who = [
      nameSetters(setters),
      annotations.length > 0 ? plural(annotations, 'annotation', 'annotations') : '',
    ];
    const reason = plural(values, 'forbidden AppArmor profile', 'forbidden AppArmor profiles');
    const setting = who.filter((part) => part !== '').join(' and ');
    return securityFault(reason, `${setting} must not set AppArmor profile type to ${quoted(values)}`);
  },
};

const isAllowedAnnotation = (profile: string): boolean =>
  profile === '' || profile === 'runtime/default' || profile.startsWith('localhost/');

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

/** By the newest policy: confined as the runtime does it. */
export const isPlainSeLinux = (options: object): boolean => {
  const { type, user, role } = map(options);
  return [...seLinuxTypes, 'container_engine_t'].includes(text(type)) && !text(user) && !text(role);
};

export const seLinuxOptions: Check = {
  id: 'seLinuxOptions',
  evaluate: (pod, minor) => {
    const allowed = minor >= 31 ? [...seLinuxTypes, 'container_engine_t'] : seLinuxTypes;
    const wrongTypes = findSetters(pod, (context) => {
      const type = text(map(context['seLinuxOptions'])['type']);
      return allowed.includes(type) ? [] : [type];
    }).values;
    const setters = findSetters(pod, (context) => {
      const { type, user, role } = map(context['seLinuxOptions']);
      return [
        ...(allowed.includes(text(type)) ? [] : ['type']),
        ...(text(user) ? ['user'] : []),
        ...(text(role) ? ['role'] : []),
      ];
    });
    if (!isSet(setters)) return null;
    const parts = [
      ...(wrongTypes.length > 0 ? [`${plural(wrongTypes, 'type', 'types')} ${quoted(wrongTypes)}`] : []),
      ...['user', 'role']
        .filter((part) => setters.values.includes(part))
        .map((part) => `${part} may not be set`),
    ];
    const detail = `${nameSetters(setters)} set forbidden securityContext.seLinuxOptions: ${parts.join('; ')}`;
    return securityFault('seLinuxOptions', detail);
  },
};

export const seccompBaseline: Check = {
  id: 'seccompProfile_baseline',
  evaluate: (pod) => {
    const setters = seccompSetters(pod);
    return isSet(setters) ? seccompFault(setters) : null;
  },
};

export const seccompSetters = (pod: EvaluatedPod): Setters =>
  findSetters(pod, (context) => forbiddenType(context['seccompProfile']));

export const seccompFault = (setters: Setters): ReturnType<typeof securityFault> =>
  securityFault(
    'seccompProfile',
    `${nameSetters(setters)} must not set securityContext.seccompProfile.type to ${quoted(setters.values)}`,
  );

function forbiddenType(profile: unknown): string[] {
  if (profile === undefined || profile === null) return [];
  const { type } = map(profile);
  return isOwnOrDefault(type) ? [] : [text(type)];
}
