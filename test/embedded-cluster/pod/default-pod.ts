// Defaults that the API server writes into a pod, as far as clients read them back.
import type { Container, PodSpec, Volume } from './pod-schema.ts';

/** Kubernetes' own default; a pod that ignores TERM takes this long to go. */
const defaultGraceSeconds = 30;
const secretMode = 0o644;

export function defaultPodSpec(spec: PodSpec): PodSpec {
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: defaultGraceSeconds,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    serviceAccountName: 'default',
    enableServiceLinks: true,
    securityContext: {},
    ...spec,
    containers: spec.containers.map(defaultContainer),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(defaultContainer) } : {}),
    ...(spec.volumes ? { volumes: spec.volumes.map(defaultVolume) } : {}),
  };
}

function defaultContainer(container: Container): Container {
  const latest = /(:latest|\/[^:@]*|^[^:@/]*)$/.test(container.image ?? '');
  return {
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
    resources: defaultResources(container.resources),
    ...(container.readinessProbe
      ? { readinessProbe: { ...probeDefaults, ...container.readinessProbe } }
      : {}),
    ...(container.startupProbe ? { startupProbe: { ...probeDefaults, ...container.startupProbe } } : {}),
  };
}

const probeDefaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

/** A limit without a request is the request, too. */
function defaultResources(resources: Container['resources']): NonNullable<Container['resources']> {
  if (!resources?.limits) return resources ?? {};
  return { ...resources, requests: { ...resources.limits, ...resources.requests } };
}

function defaultVolume(volume: Volume): Volume {
  if (volume.secret) return { ...volume, secret: { defaultMode: secretMode, ...volume.secret } };
  if (volume.configMap) return { ...volume, configMap: { defaultMode: secretMode, ...volume.configMap } };
  if (volume.projected) return { ...volume, projected: { defaultMode: secretMode, ...volume.projected } };
  if (volume.downwardAPI)
    return { ...volume, downwardAPI: { defaultMode: secretMode, ...volume.downwardAPI } };
  return volume;
}
