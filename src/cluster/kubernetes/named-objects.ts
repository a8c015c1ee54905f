// Makes and deletes objects so that a repetition is safe. A name of our own choice tells whether an earlier try, whose answer was
// lost, did make the object; a uid as precondition keeps a namesake of somebody else from being deleted.
import type { CallOptions, Manifest } from '../cluster.ts';
import { namespacedPath } from './api-call.ts';
import type { ApiClient } from './api-client.ts';
import { isRefusedWith } from './api-refusal.ts';

interface Metadata {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

type NamedResource = 'pods' | 'secrets' | 'persistentvolumeclaims';

interface Creation {
  readonly client: ApiClient;
  readonly resource: NamedResource;
  /** `metadata.name` must be one that nobody else would choose. */
  readonly manifest: Manifest;
  readonly query: Readonly<Record<string, string>>;
  readonly find: (name: string) => Promise<{ readonly metadata: Metadata } | null>;
  readonly options: CallOptions;
}

export async function createNamed({
  client,
  resource,
  manifest,
  query,
  find,
  options,
}: Creation): Promise<unknown> {
  const wanted = manifest['metadata'] as Metadata;
  const path = namespacedPath(client.namespace, resource);
  const call = { verb: 'create', resource, name: wanted.name, path, query, body: manifest } as const;
  let tries = 0;
  try {
    return await client.call(call, { ...options, onTry: () => (tries += 1) });
  } catch (error) {
    // At the first try it was there before us.
    if (tries < 2 || !isRefusedWith(error, 409)) throw error;
    const found = await find(wanted.name);
    if (found === null || !isSame(wanted, found.metadata)) throw error;
    return found;
  }
}

/** All labels and annotations of ours are on it: it is the very object that an earlier try of this call made. */
function isSame(wanted: Metadata, found: Metadata): boolean {
  const holds = (
    ours: Readonly<Record<string, string>> = {},
    theirs: Readonly<Record<string, string>> = {},
  ) => Object.entries(ours).every(([key, value]) => theirs[key] === value);
  return holds(wanted.labels, found.labels) && holds(wanted.annotations, found.annotations);
}

/** @returns `not-found` when it is gone, or something else has its name now: nothing was touched */
export async function deleteByUid(
  client: ApiClient,
  resource: NamedResource,
  {
    name,
    uid,
    resourceVersion,
  }: { readonly name: string; readonly uid?: string; readonly resourceVersion?: string | undefined },
  { gracePeriodSeconds, ...options }: CallOptions & { readonly gracePeriodSeconds?: number } = {},
): Promise<'deleting' | 'not-found'> {
  const path = namespacedPath(client.namespace, resource, name);
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Background',
    ...(uid !== undefined && {
      preconditions: { uid, ...(resourceVersion !== undefined && { resourceVersion }) },
    }),
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
