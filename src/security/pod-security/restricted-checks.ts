// What Pod Security "restricted" asks beyond "baseline", in upstream's order.
// Source: kubernetes/pod-security-admission, policy/check_*.go (2026-07).
import { maskedProc, userNamespacesSince } from './baseline-checks.ts';
import { seccompFault, seccompSetters } from './baseline-profiles.ts';
import { type Check, securityFault } from './check.ts';
import {
  type EvaluatedContainer,
  findSetters,
  hasUserNamespace,
  isSet,
  isWindows,
  map,
  named,
  nameSetters,
  quoted,
  texts,
  whoHas,
} from './evaluated-pod.ts';
import { restrictedVolumes } from './restricted-volumes.ts';

export const restrictedChecks: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    evaluate: (pod) => {
      if (isWindows(pod)) return null;
      const { names } = whoHas(pod.containers, ({ context }) =>
        context['allowPrivilegeEscalation'] === false ? [] : ['unset'],
      );
      const detail = `${named(names)} must set securityContext.allowPrivilegeEscalation=false`;
      return names.length > 0 ? securityFault('allowPrivilegeEscalation != false', detail) : null;
    },
  },
  {
    id: 'capabilities_restricted',
    evaluate: (pod) => {
      if (isWindows(pod)) return null;
      const details = capabilityFaults(pod.containers);
      return details.length > 0 ? securityFault('unrestricted capabilities', details.join('; ')) : null;
    },
  },
  { id: 'procMount_restricted', since: userNamespacesSince, evaluate: maskedProc },
  restrictedVolumes,
  {
    id: 'runAsNonRoot',
    evaluate: (pod, minor) => {
      if (minor >= userNamespacesSince && hasUserNamespace(pod)) return null;
      const setters = findSetters(pod, (context) => (context['runAsNonRoot'] === false ? ['false'] : []));
      if (isSet(setters)) {
        return securityFault(
          'runAsNonRoot != true',
          `${nameSetters(setters)} must not set securityContext.runAsNonRoot=false`,
        );
      }
      if (pod.context['runAsNonRoot'] === true) return null;
      const { names } = whoHas(pod.containers, ({ context }) =>
        context['runAsNonRoot'] == null ? ['unset'] : [],
      );
      const detail = `pod or ${named(names)} must set securityContext.runAsNonRoot=true`;
      return names.length > 0 ? securityFault('runAsNonRoot != true', detail) : null;
    },
  },
  {
    id: 'runAsUser',
    evaluate: (pod, minor) => {
      if (minor >= userNamespacesSince && hasUserNamespace(pod)) return null;
      const setters = findSetters(pod, (context) => (context['runAsUser'] === 0 ? ['0'] : []));
      return isSet(setters)
        ? securityFault('runAsUser=0', `${nameSetters(setters)} must not set runAsUser=0`)
        : null;
    },
  },
  {
    id: 'seccompProfile_restricted',
    evaluate: (pod) => {
      if (isWindows(pod)) return null;
      const setters = seccompSetters(pod);
      if (isSet(setters)) return seccompFault(setters);
      if (pod.context['seccompProfile'] != null) return null;
      const { names } = whoHas(pod.containers, ({ context }) =>
        context['seccompProfile'] == null ? ['unset'] : [],
      );
      const requested = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
      return names.length > 0 ? securityFault('seccompProfile', `pod or ${named(names)} ${requested}`) : null;
    },
  },
];

/** A restricted check that is stricter than its baseline one takes its place. */
export const overridden: Readonly<Record<string, string>> = {
  capabilities_restricted: 'capabilities_baseline',
  procMount_restricted: 'procMount',
  restrictedVolumes: 'hostPathVolumes',
  seccompProfile_restricted: 'seccompProfile_baseline',
};

function capabilityFaults(containers: readonly EvaluatedContainer[]): string[] {
  const listed = (context: EvaluatedContainer['context'], list: string): string[] =>
    texts(map(context['capabilities'])[list]);
  const keeping = whoHas(containers, ({ context }) =>
    listed(context, 'drop').includes('ALL') ? [] : ['kept'],
  );
  const adding = whoHas(containers, ({ context }) =>
    listed(context, 'add').filter((name) => name !== 'NET_BIND_SERVICE'),
  );
  return [
    ...(keeping.names.length > 0
      ? [`${named(keeping.names)} must set securityContext.capabilities.drop=["ALL"]`]
      : []),
    ...(adding.names.length > 0
      ? [
          `${named(adding.names)} must not include ${quoted(adding.values)} in securityContext.capabilities.add`,
        ]
      : []),
  ];
}
