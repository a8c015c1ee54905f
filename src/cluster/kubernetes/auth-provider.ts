// The old `auth-provider` entries of kubeconfigs (OIDC), through Kubernetes' own client: a large chunk, loaded only here.
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { plainLine } from '../../outcome/plain-text.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import type { Credentials } from './credentials.ts';
import type { Found } from './kubeconfig.ts';

/** @throws SystemFailure when the provider is not known, or its token cannot be renewed */
export async function askAuthProvider({ entry, file }: Found, name: string): Promise<Credentials> {
  const cluster = 'cluster';
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: cluster, server: 'https://localhost', skipTLSVerify: false }],
    users: [{ name, authProvider: entry['auth-provider'] }],
    contexts: [{ name, cluster, user: name }],
    currentContext: name,
  });
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw failed(file, name, plainLine((cause as Error).message), cause);
  }
  const header = (options.headers as Readonly<Record<string, string>> | undefined)?.['Authorization'] ?? '';
  const token = /^Bearer (.+)$/.exec(header)?.[1];
  if (token === undefined) throw failed(file, name, 'it gave no token');
  return { token };
}

function failed(file: string, name: string, why: string, cause?: unknown): SystemFailure {
  return new SystemFailure(
    'unauthorized',
    `The auth-provider of user "${name}" in ${file} failed: ${why}. Kubernetes replaced these by credential plugins (\`exec\`): use one, a token file or a client certificate.`,
    { cause },
  );
}
