// Deletes one very object: the uid is a precondition, so that a namesake of somebody else is safe.
import type { CallOptions } from '../cluster.ts';
import { namespacedPath } from './api-call.ts';
import type { ApiClient } from './api-client.ts';
import { isRefusedWith } from './refused-with.ts';

export async function deleteByUid(
  client: ApiClient,
  resource: 'pods' | 'secrets',
  { name, uid }: { readonly name: string; readonly uid?: string },
  { gracePeriodSeconds, ...options }: CallOptions & { readonly gracePeriodSeconds?: number } = {},
): Promise<'deleting' | 'not-found'> {
  const path = namespacedPath(client.namespace, resource, name);
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Background',
    ...(uid !== undefined && { preconditions: { uid } }),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
  };
  try {
    await client.call({ verb: 'delete', resource, name, path, body }, options);
    return 'deleting';
  } catch (error) {
    // 409: something else has this name now.
    if (isRefusedWith(error, 404) || (uid !== undefined && isRefusedWith(error, 409))) return 'not-found';
    throw error;
  }
}
