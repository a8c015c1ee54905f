// PersistentVolumeClaims of one namespace. Each change is to the claim as it was read: of two that change it at once, one fails.
import type { CallOptions, Claim, Cluster } from '../cluster.ts';
import { namespacedPath } from './api-call.ts';
import type { ApiClient } from './api-client.ts';
import { ApiRefusal, isRefusedWith } from './api-refusal.ts';
import { createNamed, deleteByUid } from './named-objects.ts';

const resource = 'persistentvolumeclaims';

type ClaimMethods = Pick<Cluster, 'createClaim' | 'listClaims' | 'changeClaim' | 'deleteClaim'>;

export function claimMethods(client: ApiClient): ClaimMethods {
  return {
    createClaim: async (manifest, options = {}) => {
      const find = async (name: string) =>
        (await listClaims(client, { fieldSelector: `metadata.name=${name}` }, options))[0] ?? null;
      try {
        return (await createNamed({ client, resource, manifest, query: {}, find, options })) as Claim;
      } catch (error) {
        if (isRefusedWith(error, 409)) return { refused: 'exists' };
        const message = quotaMessage(error);
        if (message === null) throw error;
        return { refused: 'quota', message };
      }
    },
    listClaims: (labelSelector, options) => listClaims(client, { labelSelector }, options),
    changeClaim: async ({ metadata: { name, uid, resourceVersion } }, change, options) => {
      const path = namespacedPath(client.namespace, resource, name);
      // In a patch both are preconditions.
      const body = { metadata: { uid, resourceVersion, ...change } };
      try {
        return (await client.call({ verb: 'patch', resource, name, path, body }, options)) as Claim;
      } catch (error) {
        if (isRefusedWith(error, 409) || isRefusedWith(error, 404)) return null;
        throw error;
      }
    },
    deleteClaim: async (claim, options) => {
      const answer = await deleteByUid(client, resource, claim.metadata, options);
      if (answer === 'deleting') return answer;
      const selector = { fieldSelector: `metadata.name=${claim.metadata.name}` };
      const [found] = await listClaims(client, selector, options);
      return found?.metadata.uid === claim.metadata.uid ? 'changed' : 'not-found';
    },
  };
}

async function listClaims(
  client: ApiClient,
  query: Readonly<Record<string, string>>,
  options?: CallOptions,
): Promise<readonly Claim[]> {
  const path = namespacedPath(client.namespace, resource);
  const list = await client.call({ verb: 'list', resource, path, query }, options);
  return (list as { readonly items?: readonly Claim[] }).items ?? [];
}

/** null: it is about something else. */
function quotaMessage(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof ApiRefusal) || cause.status !== 403) return null;
  return /exceeded quota/.test(cause.message) ? cause.message : null;
}
