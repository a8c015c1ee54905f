// Secrets of one namespace. Contents of ours are sent once, at creation, and never asked for; the operator's credentials for registries
// are read where images are resolved.
import type { CallOptions, Cluster } from '../cluster.ts';
import { namespacedPath } from './api-call.ts';
import type { ApiClient } from './api-client.ts';
import { createNamed, deleteByUid } from './named-objects.ts';

/** Names and labels only; a server that does not know the form answers with the whole list. */
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

interface SecretMetadata {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
}

type SecretMethods = Pick<
  Cluster,
  'createSecret' | 'listSecrets' | 'readPullSecret' | 'deleteSecret' | 'adoptSecret'
>;

export function secretMethods(client: ApiClient): SecretMethods {
  return {
    createSecret: async (manifest, options = {}) => {
      const find = async (name: string) =>
        (await listSecrets(client, { fieldSelector: `metadata.name=${name}` }, options))[0] ?? null;
      const made = await createNamed({ client, resource: 'secrets', manifest, query: {}, find, options });
      const { name, uid } = (made as SecretMetadata).metadata;
      return { name, uid };
    },
    listSecrets: async (labelSelector, options) =>
      (await listSecrets(client, { labelSelector }, options)).map(summarize),
    readPullSecret: (name, options) => readPullSecret(client, name, options),
    deleteSecret: (secret, options) => deleteByUid(client, 'secrets', secret, options),
    adoptSecret: async (secret, owner, options) => {
      const path = namespacedPath(client.namespace, 'secrets', secret.name);
      const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: owner.name, uid: owner.uid }];
      // The uid in a patch is a precondition.
      const body = { metadata: { uid: secret.uid, ownerReferences } };
      await client.call({ verb: 'patch', resource: 'secrets', name: secret.name, path, body }, options);
    },
  };
}

async function listSecrets(
  client: ApiClient,
  query: Readonly<Record<string, string>>,
  options?: CallOptions,
): Promise<readonly SecretMetadata[]> {
  const path = namespacedPath(client.namespace, 'secrets');
  const list = await client.call(
    { verb: 'list', resource: 'secrets', path, query, accept: metadataOnly },
    options,
  );
  return (list as { readonly items?: readonly SecretMetadata[] }).items ?? [];
}

const pullSecretType = 'kubernetes.io/dockerconfigjson';

interface ListedSecret {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** By a list of one: a runner may list Secrets, and need not be allowed to get any. */
async function readPullSecret(
  client: ApiClient,
  name: string,
  options?: CallOptions,
): Promise<string | null> {
  const path = namespacedPath(client.namespace, 'secrets');
  const query = { fieldSelector: `metadata.name=${name}` };
  const { items = [] } = (await client.call({ verb: 'list', resource: 'secrets', path, query }, options)) as {
    readonly items?: readonly ListedSecret[];
  };
  const data = items.find(({ type }) => type === pullSecretType)?.data?.['.dockerconfigjson'];
  return data === undefined ? null : Buffer.from(data, 'base64').toString();
}

function summarize({ metadata }: SecretMetadata): Awaited<ReturnType<SecretMethods['listSecrets']>>[number] {
  const { name, uid, labels = {}, creationTimestamp, ownerReferences } = metadata;
  const ownerUid = ownerReferences?.[0]?.uid;
  return {
    name,
    uid,
    labels,
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(ownerUid !== undefined && { ownerUid }),
  };
}
