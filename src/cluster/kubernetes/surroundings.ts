// What surrounds the pods of a namespace: nodes, quotas, limit ranges.
import type { CallOptions, Cluster } from '../cluster.ts';
import { namespacedPath } from './api-call.ts';
import type { ApiClient } from './api-client.ts';

/** A node is some 10 KB, most of it names of images; what all of a large cluster have in common, 500 show. */
const maxObjects = '500';

type SurroundingMethods = Pick<Cluster, 'listNodes' | 'listResourceQuotas' | 'listLimitRanges'>;

export function surroundingMethods(client: ApiClient): SurroundingMethods {
  const list =
    <T>(resource: string, path: string) =>
    async (options?: CallOptions): Promise<readonly T[]> => {
      const answer = await client.call(
        { verb: 'list', resource, path, query: { limit: maxObjects } },
        options,
      );
      return (answer as { readonly items?: readonly T[] | null }).items ?? [];
    };
  return {
    listNodes: list('nodes', '/api/v1/nodes'),
    listResourceQuotas: list('resourcequotas', namespacedPath(client.namespace, 'resourcequotas')),
    listLimitRanges: list('limitranges', namespacedPath(client.namespace, 'limitranges')),
  };
}
