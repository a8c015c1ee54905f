// What a real cluster does and this one cannot: said at once, instead of done halfway.
import { forbidden } from '../api/status.ts';
import { everyContainerOf } from './pod.ts';
import type { Container, PodSpec, Volume } from './pod-schema.ts';

/**
 * A real cluster would run these where admission lets it; this one has no way to do so without harm to the host, or at all.
 * @throws ApiRefusal 403
 */
export function refuseImpossible(name: string, spec: PodSpec): void {
  const found = [
    ...(['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const).filter(
      (field) => spec[field],
    ),
    ...(spec.restartPolicy === 'Never' ? [] : [`restartPolicy ${spec.restartPolicy ?? ''} (only Never)`]),
    ...(spec.volumes ?? [])
      .filter((volume) => sourceOf(volume) === null)
      .map(({ name: it }) => `volume ${it}`),
    ...everyContainerOf(spec).flatMap(impossibleIn),
  ];
  if (found.length > 0)
    throw forbidden('pods', name, `the embedded cluster cannot do this: ${[...new Set(found)].join(', ')}`);
}

function impossibleIn({ name, securityContext, ...container }: Container): string[] {
  const probes = [container.readinessProbe, container.startupProbe];
  return [
    ...(securityContext?.privileged ? [`privileged in ${name}`] : []),
    ...(container.restartPolicy === undefined ? [] : [`restartPolicy of container ${name}`]),
    ...(container.livenessProbe ? [`livenessProbe of ${name}`] : []),
    ...(probes.some((probe) => probe && !probe.exec && !probe.tcpSocket)
      ? [`a probe of ${name} that is neither exec nor tcpSocket`]
      : []),
  ];
}

const sources = [
  'emptyDir',
  'secret',
  'configMap',
  'downwardAPI',
  'projected',
  'persistentVolumeClaim',
] as const;
const sourceOf = (volume: Volume): string | null => sources.find((source) => volume[source]) ?? null;
