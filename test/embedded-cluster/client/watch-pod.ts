// Watches for the tests: events one by one, and waiting for a pod to come to something.
import type { EmbeddedCluster } from '../options.ts';
import type { Pod } from '../pod/pod.ts';
import { callApi, openCall } from './call-api.ts';

export interface WatchEvent {
  readonly type: string;
  readonly object: Pod & { readonly code?: number };
}

/** Ends when the server ends it, or when the caller stops iterating. */
export async function* watchPath(cluster: EmbeddedCluster, path: string): AsyncGenerator<WatchEvent> {
  const response = await openCall(cluster, 'GET', path);
  let text = '';
  for await (const chunk of response as AsyncIterable<Buffer>) {
    text += chunk.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as WatchEvent;
  }
}

/** The pod as soon as it is as wanted. @throws Error when it goes before */
export async function untilPod(
  cluster: EmbeddedCluster,
  name: string,
  isAsWanted: (pod: Pod) => boolean,
): Promise<Pod> {
  for await (const { type, object } of watchPath(
    cluster,
    `pods?watch=1&fieldSelector=metadata.name=${name}`,
  )) {
    if (type === 'DELETED') throw new Error(`the pod ${name} was deleted`);
    if (isAsWanted(object)) return object;
  }
  throw new Error(`the watch of ${name} ended`);
}

export async function untilGone(cluster: EmbeddedCluster, name: string): Promise<void> {
  const { body } = await callApi(cluster, 'GET', `pods?fieldSelector=metadata.name=${name}`);
  if (body.items?.length === 0) return;
  const since = `resourceVersion=${body.metadata.resourceVersion}`;
  for await (const { type } of watchPath(
    cluster,
    `pods?watch=1&fieldSelector=metadata.name=${name}&${since}`,
  )) {
    if (type === 'DELETED') return;
  }
  throw new Error(`the watch of ${name} ended`);
}

export const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;

export const isOver = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';
