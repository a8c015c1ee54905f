// The old `auth-provider` entries of kubeconfigs (OIDC), through Kubernetes' own client: a large chunk, loaded only here. It is
// bundled apart from its caller, so that no class of ours crosses this border: `instanceof` would not know it again.
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

/**
 * @param authProvider the kubeconfig's entry
 * @returns the value of an Authorization header; empty when the provider gave none
 * @throws what Kubernetes' client throws when the provider is not known, or its token cannot be renewed
 */
export async function askAuthProvider(authProvider: unknown): Promise<string> {
  const name = 'of-the-entry';
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name, server: 'https://localhost', skipTLSVerify: false }],
    users: [{ name, authProvider }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return (options.headers as Readonly<Record<string, string>> | undefined)?.['Authorization'] ?? '';
}
