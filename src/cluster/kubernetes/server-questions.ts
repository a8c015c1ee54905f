// What we ask about the server and ourselves: its version, and whether we may do something.
import type { Cluster } from '../cluster.ts';
import type { ApiClient } from './api-client.ts';

export function questionMethods(
  client: ApiClient,
): Pick<Cluster, 'serverVersion' | 'apiGroups' | 'isAllowed'> {
  return {
    serverVersion: async (options) => {
      const answer = await client.call({ verb: 'get', resource: '', path: '/version' }, options);
      const { major, minor, gitVersion } = answer as Readonly<Record<string, string | undefined>>;
      return {
        major: leadingNumber(major),
        minor: leadingNumber(minor),
        gitVersion: gitVersion ?? 'unknown',
      };
    },
    apiGroups: async (options) => {
      const answer = await client.call({ verb: 'get', resource: '', path: '/apis' }, options);
      const { groups = [] } = answer as { readonly groups?: readonly { readonly name: string }[] };
      return groups.map(({ name }) => name);
    },
    isAllowed: async (question, options) => {
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { namespace: client.namespace, ...question } },
      };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const answer = await client.call({ verb: 'create', resource: '', path, body }, options);
      return (answer as { readonly status?: { readonly allowed?: boolean } }).status?.allowed === true;
    },
  };
}

/** Some distributions write `36+`. */
function leadingNumber(text: string | undefined): number {
  return Number.parseInt(text ?? '', 10) || 0;
}
