// What Pod Security "restricted" asks beyond "baseline", in upstream's order.
// Source: kubernetes/pod-security-admission, policy/check_*.go (2026-07).
import { maskedProc, userNamespacesSince } from './baseline-checks.ts';
import { seccompFault, seccompSetters } from './baseline-profiles.ts';
import { type Check, fault } from './check.ts';
import {
  findSetters,
  hasUserNamespace,
  isSet,
  isWindows,
  type JudgedContainer,
  map,
  named,
  nameSetters,
  quoted,
  texts,
  whoHas,
} from './judged-pod.ts';
import { restrictedVolumes } from './restricted-volumes.ts';

export const restrictedChecks: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    judge: (pod) => {
      if (isWindows(pod)) return null;
      const { names } = whoHas(pod.containers, ({ context }) =>
        context['allowPrivilegeEscalation'] === false ? [] : ['unset'],
      );
      const detail = `${named(names)} must set securityContext.allowPrivilegeEscalation=false`;
      return names.length > 0 ? fault('allowPrivilegeEscalation != false', detail) : null;
    },
  },
  {
    id: 'capabilities_restricted',
    judge: (pod) => {
      if (isWindows(pod)) return null;
      const details = capabilityFaults(pod.containers);
      return details.length > 0 ? fault('unrestricted capabilities', details.join('; ')) : null;
    },
  },
  { id: 'procMount_restricted', since: userNamespacesSince, judge: maskedProc },
  restrictedVolumes,
  {
    id: 'runAsNonRoot',
    judge: (pod, minor) => {
      if (minor >= userNamespacesSince && hasUserNamespace(pod)) return null;
      const setters = findSetters(pod, (context) => (context['runAsNonRoot'] === false ? ['false'] : []));
      if (isSet(setters)) {
        return fault(
          'runAsNonRoot != true',
          `${nameSetters(setters)} must not set securityContext.runAsNonRoot=false`,
        );
      }
      if (pod.context['runAsNonRoot'] === true) return null;
      const { names } = whoHas(pod.containers, ({ context }) =>
        context['runAsNonRoot'] == null ? ['unset'] : [],
      );
      const detail = `pod or ${named(names)} must set securityContext.runAsNonRoot=true`;
      return names.length > 0 ? fault('runAsNonRoot != true', detail) : null;
    },
  },
  {
    id: 'runAsUser',
    judge: (pod, minor) => {
      if (minor >= userNamespacesSince && hasUserNamespace(pod)) return null;
      const setters = findSetters(pod, (context) => (context['runAsUser'] === 0 ? ['0'] : []));
      return isSet(setters) ? fault('runAsUser=0', `${nameSetters(setters)} must not set runAsUser=0`) : null;
    },
  },
  {
    id: 'seccompProfile_restricted',
    judge: (pod) => {
      if (isWindows(pod)) return null;
      const setters = seccompSetters(pod);
      if (isSet(setters)) return seccompFault(setters);
      if (pod.context['seccompProfile'] != null) return null;
      const { names } = whoHas(pod.containers, ({ context }) =>
        context['seccompProfile'] == null ? ['unset'] : [],
      );
      const wish = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
      return names.length > 0 ? fault('seccompProfile', `pod or ${named(names)} ${wish}`) : null;
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

function capabilityFaults(containers: readonly JudgedContainer[]): string[] {
  const listed = (context: JudgedContainer['context'], list: string): string[] =>
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
