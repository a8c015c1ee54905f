// Pod Security admission at the level `restricted`: refuses a pod that obviously breaks it, in the words of a real API server.
import { forbidden } from '../api/status.ts';
import type { AdmissionHook } from './admit-pod.ts';
import { type Container, everyContainerOf, type PodSpec } from './pod.ts';

export const podSecurityHook: AdmissionHook = (pod) => {
  const { metadata, spec } = pod as { readonly metadata: { readonly name?: string }; readonly spec: PodSpec };
  const violations = violationsOf(spec);
  if (violations.length > 0)
    throw forbidden(
      'pods',
      metadata.name ?? '',
      `violates PodSecurity "restricted:latest": ${violations.join(', ')}`,
    );
  return pod;
};

function violationsOf(spec: PodSpec): string[] {
  const all = everyContainerOf(spec);
  const shared = spec.securityContext;
  const offenders = (breaks: (container: Container) => boolean): Container[] => all.filter(breaks);
  const escalating = offenders(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  const capable = offenders(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  const rootish = offenders(
    ({ securityContext }) => (securityContext?.runAsNonRoot ?? shared?.runAsNonRoot) !== true,
  );
  const unconfined = offenders(
    ({ securityContext }) =>
      !['RuntimeDefault', 'Localhost'].includes(
        (securityContext?.seccompProfile ?? shared?.seccompProfile)?.type ?? '',
      ),
  );
  const ownUsers = spec.hostUsers === false;
  return [
    ...said(
      escalating,
      'allowPrivilegeEscalation != false',
      'must set securityContext.allowPrivilegeEscalation=false',
    ),
    ...said(capable, 'unrestricted capabilities', 'must set securityContext.capabilities.drop=["ALL"]'),
    // Free in a user namespace, from policy version 1.35 on.
    ...(ownUsers
      ? []
      : said(rootish, 'runAsNonRoot != true', 'must set securityContext.runAsNonRoot=true', 'pod or ')),
    ...said(
      unconfined,
      'seccompProfile',
      'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
      'pod or ',
    ),
  ];
}

function said(offenders: readonly Container[], rule: string, duty: string, who = ''): string[] {
  if (offenders.length === 0) return [];
  const names = offenders.map(({ name }) => `"${name}"`).join(', ');
  return [`${rule} (${who}container${offenders.length > 1 ? 's' : ''} ${names} ${duty})`];
}
