// Pods for the tests.
import type { EmbeddedCluster } from '../options.ts';
import type { Pod } from '../pod/pod.ts';
import type { Container } from '../pod/pod-schema.ts';
import { callApi } from './call-api.ts';
import { isOver, isReady, untilPod } from './watch-pod.ts';

/** Sleeps, reaps, and ends at once on TERM. */
export const idle = ['sh', '-c', "trap 'exit 143' TERM; while :; do sleep 3600 & wait; done"];

const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
} as const;

type ContainerParts = Partial<Container> & { readonly name: string };

/** Fields of spec; what is missing is filled in. */
export interface PodParts {
  readonly containers?: readonly ContainerParts[];
  readonly initContainers?: readonly ContainerParts[];
  readonly [field: string]: unknown;
}

/** One idle container `main` of the build image, unless told otherwise. */
export function podManifest(cluster: EmbeddedCluster, name: string, parts: PodParts = {}): object {
  const complete = (container: Partial<Container>): object => ({
    image: cluster.buildImage,
    command: idle,
    securityContext: restricted,
    ...container,
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      hostUsers: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsUser: 1000, runAsGroup: 1000 },
      ...parts,
      ...(parts.initContainers ? { initContainers: parts.initContainers.map(complete) } : {}),
      containers: (parts.containers ?? [{ name: 'main' }]).map(complete),
    },
  };
}

/** @throws Error with the refusal */
export async function createPod(cluster: EmbeddedCluster, name: string, parts?: PodParts): Promise<void> {
  const { status, body } = await callApi(cluster, 'POST', 'pods', {
    body: podManifest(cluster, name, parts),
  });
  if (status !== 201) throw new Error(`${status} ${body.message ?? ''}`);
}

export async function readyPod(cluster: EmbeddedCluster, name: string, parts?: PodParts): Promise<Pod> {
  await createPod(cluster, name, parts);
  return untilPod(cluster, name, (pod) => isReady(pod) || isOver(pod));
}

/** Runs a script as a pod of its own, to its end. */
export async function finishedPod(cluster: EmbeddedCluster, name: string, parts: PodParts): Promise<Pod> {
  await createPod(cluster, name, parts);
  return untilPod(cluster, name, isOver);
}

export async function logOf(cluster: EmbeddedCluster, pod: string, container = 'main'): Promise<string> {
  const { body } = await callApi(cluster, 'GET', `pods/${pod}/log?container=${container}`);
  return body.message ?? '';
}
