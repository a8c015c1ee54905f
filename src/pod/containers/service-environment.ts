// The variables of services: values in two Secrets of the pod, and references to them in its manifest, so that no value stands
// anywhere else. All services take one of the Secrets whole; each takes its own keys, and no other's, from the other one.
import type { AdmittedJob, AdmittedService } from '../../admission/admitted-job.ts';
import { ownSecretName, podName, serviceContainer, sharedSecretName } from '../../layout/container-names.ts';
import type { PodParts } from '../pod-parts.ts';

export interface ServiceSecret {
  readonly nameOf: (pod: string) => string;
  /** By key; the values as they are. */
  readonly values: Readonly<Record<string, string>>;
}

/** What has to be there before the pod. */
export function serviceSecrets({ services, sharedVariables }: AdmittedJob): readonly ServiceSecret[] {
  const own = services.flatMap(({ variables, index }) =>
    variables.map(({ key, value }) => [ownKey(index, key), value] as const),
  );
  const shared = sharedVariables.map(({ key, value }) => [key, value] as const);
  return [
    { nameOf: sharedSecretName, values: Object.fromEntries(shared) },
    { nameOf: ownSecretName, values: Object.fromEntries(own) },
  ].filter(({ values }) => Object.keys(values).length > 0);
}

/** Its own come after the job's, and win. What comes from a Secret is a text: the kubelet expands nothing in it. */
export function serviceEnvironment(
  { variables, index }: AdmittedService,
  { admitted, random }: Pick<PodParts, 'admitted' | 'random'>,
): { readonly envFrom?: unknown; readonly env?: unknown } {
  const pod = podName(admitted.job.id, random);
  const env = variables.map(({ key }) => ({
    name: key,
    valueFrom: { secretKeyRef: { name: ownSecretName(pod), key: ownKey(index, key) } },
  }));
  return {
    ...(admitted.sharedVariables.length > 0
      ? { envFrom: [{ secretRef: { name: sharedSecretName(pod) } }] }
      : {}),
    ...(env.length > 0 ? { env } : {}),
  };
}

/** `svc-0.POSTGRES_PASSWORD` */
const ownKey = (index: number, key: string): string => `${serviceContainer(index)}.${key}`;
