// What Pod Security "restricted" asks beyond "baseline", in upstream's order.
// Source: kubernetes/pod-security-admission, policy/check_*.go (2026-07).
import { maskedProc, userNamespacesSince, whoHas } from './baseline-checks.ts';
import { seccompFault, seccompSetters } from './baseline-profiles.ts';
import { type Check, fault } from './check.ts';
import {
  findSetters,
  hasUserNamespace,
  isSet,
  isWindows,
  items,
  type JudgedContainer,
  map,
  named,
  nameSetters,
  plural,
  quoted,
  sorted,
  texts,
} from './judged-pod.ts';

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const otherVolumes = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
];

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
  {
    id: 'restrictedVolumes',
    judge: ({ spec }) => {
      const bad = items(spec['volumes']).filter((volume) => !isAllowedVolume(volume));
      const names = bad.map((volume) => String(volume['name']));
      const kinds = sorted(
        bad.map((volume) => otherVolumes.find((kind) => volume[kind] != null) ?? 'unknown'),
      );
      const uses = `${plural(names, 'uses', 'use')} ${plural(kinds, 'restricted volume type', 'restricted volume types')}`;
      const detail = `${plural(names, 'volume', 'volumes')} ${quoted(names)} ${uses} ${quoted(kinds)}`;
      return names.length > 0 ? fault('restricted volume types', detail) : null;
    },
  },
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

/** A volume that names no kind is an emptyDir: the API server fills that in before it asks. */
function isAllowedVolume(volume: Readonly<Record<string, unknown>>): boolean {
  const kinds = Object.keys(volume).filter((key) => key !== 'name' && volume[key] != null);
  return kinds.length === 0 || kinds.some((kind) => allowedVolumes.includes(kind));
}

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
