// Pods of one namespace: made, read, listed, deleted.
import type { CallOptions, Cluster, Pod } from '../cluster.ts';
import { type ApiCall, namespacedPath } from './api-call.ts';
import type { ApiClient } from './api-client.ts';
import { isRefusedWith } from './api-refusal.ts';
import { readBodyEnd } from './https-transport.ts';
import { createNamed, deleteByUid } from './named-objects.ts';

/** A log's tail for people; one line of a service can be long. */
const maxLogBytes = 1024 * 1024;

type PodMethods = Pick<Cluster, 'createPod' | 'getPod' | 'listPods' | 'deletePod' | 'readLog'>;

export function podMethods(client: ApiClient): PodMethods {
  const { namespace } = client;
  return {
    createPod: async (manifest, { dryRun = false, ...options } = {}) => {
      const query = { fieldManager: 'gitlab-pod-executor', ...(dryRun && { dryRun: 'All' }) };
      const find = (name: string) => getPod(client, name, options);
      return (await createNamed({ client, resource: 'pods', manifest, query, find, options })) as Pod;
    },
    getPod: (name, options) => getPod(client, name, options),
    listPods: async (labelSelector, options) => {
      const path = namespacedPath(namespace, 'pods');
      const list = await client.call(
        { verb: 'list', resource: 'pods', path, query: { labelSelector } },
        options,
      );
      return (list as { readonly items?: readonly Pod[] }).items ?? [];
    },
    deletePod: (pod, options) => deleteByUid(client, 'pods', pod, options),
    readLog: async ({ pod, container }, { tailLines, ...options }) => {
      const query = { container, tailLines: `${tailLines}` };
      const path = namespacedPath(namespace, 'pods', pod, 'log');
      const call: ApiCall = { verb: 'get', resource: 'pods/log', name: pod, path, query, accept: '*/*' };
      try {
        return await client.callAndRead(call, (answer) => readBodyEnd(answer, maxLogBytes), options);
      } catch (error) {
        if (hasNoLog(error)) return '';
        throw error;
      }
    },
  };
}

async function getPod(client: ApiClient, name: string, options?: CallOptions): Promise<Pod | null> {
  const path = namespacedPath(client.namespace, 'pods', name);
  try {
    return (await client.call({ verb: 'get', resource: 'pods', name, path }, options)) as Pod;
  } catch (error) {
    if (isRefusedWith(error, 404)) return null;
    throw error;
  }
}

/** 400: the container is still waiting to start; 404: there is no such pod any more. */
function hasNoLog(error: unknown): boolean {
  return isRefusedWith(error, 400) || isRefusedWith(error, 404);
}
