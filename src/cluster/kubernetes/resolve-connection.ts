// Which API server, and who we are there: the policy's kubeconfig, else the service account of the pod that the runner itself runs
// in, else KUBECONFIG. What is found names files and plugins; tokens and keys stay where they are.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { SystemFailure } from '../../outcome/system-failure.ts';
import type { Connection } from '../cluster.ts';
import { type Entry, type Found, type Kubeconfig, pathFrom, readKubeconfig, textOf } from './kubeconfig.ts';

export interface ConnectionWish {
  /** Where pods are made; a context's own namespace does not count. */
  readonly namespace: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where Kubernetes mounts a service account. */
  readonly serviceAccountDirectory?: string;
}

const mountedServiceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** @throws SystemFailure that names the key of the policy to change */
export async function resolveConnection(wish: ConnectionWish): Promise<Connection> {
  if (wish.kubeconfig) return fromKubeconfig([resolve(wish.kubeconfig)], wish);
  const listed = (wish.env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '');
  // A context stands in a kubeconfig, so who asks for one does not mean the service account.
  const inCluster = wish.context ? null : fromServiceAccount(wish);
  if (inCluster) return inCluster;
  if (listed.length > 0) return fromKubeconfig(withoutMissing(listed.map((path) => resolve(path))), wish);
  throw new SystemFailure(
    'policy-invalid',
    'No cluster is named: set `cluster.kubeconfig` in the policy, or KUBECONFIG in the environment of GitLab Runner, or run it in the cluster with a service account.',
  );
}

function fromServiceAccount({
  namespace,
  env,
  serviceAccountDirectory: directory = mountedServiceAccount,
}: ConnectionWish): Connection | null {
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (!host || !existsSync(`${directory}/token`)) return null;
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`,
    namespace,
    certificateAuthority: { file: `${directory}/ca.crt` },
    credentials: { kind: 'token-file', file: `${directory}/token` },
  };
}

/** As kubectl: of a list, files that do not exist are left out, unless none is left. */
function withoutMissing(files: readonly string[]): readonly string[] {
  const there = files.filter((file) => existsSync(file));
  return there.length > 0 ? there : files;
}

async function fromKubeconfig(files: readonly string[], wish: ConnectionWish): Promise<Connection> {
  const config = await readKubeconfig(files);
  const source = files.join(':');
  const name = wish.context ?? config.currentContext;
  const context = config.find('context', name);
  if (context === null) throw unusable(source, missingContext(name, config));
  const clusterName = textOf(context.entry, 'cluster');
  const cluster = config.find('cluster', clusterName);
  if (cluster === null)
    throw unusable(source, `context "${name}" names the cluster "${clusterName}", which is not in it.`);
  const userName = textOf(context.entry, 'user');
  const user = userName === '' ? null : config.find('user', userName);
  if (userName !== '' && user === null) {
    throw unusable(source, `context "${name}" names the user "${userName}", which is not in it.`);
  }
  return {
    ...connectionTo(cluster, source, clusterName),
    namespace: wish.namespace,
    credentials: user === null ? { kind: 'none' } : credentialsOf(user, userName, source),
  };
}

function missingContext(name: string, { contextNames }: Kubeconfig): string {
  if (contextNames.length === 0) return 'it has no contexts. Is it the right file?';
  const known = `it has ${contextNames.map((one) => `"${one}"`).join(', ')}`;
  return name === ''
    ? `it has no current context; ${known}. Set \`cluster.context\` in the policy.`
    : `it has no context "${name}"; ${known}. Correct \`cluster.context\` in the policy.`;
}

function connectionTo(
  cluster: Found,
  source: string,
  name: string,
): Pick<Connection, 'server' | 'tlsServerName' | 'skipTlsVerify' | 'certificateAuthority'> {
  const { entry } = cluster;
  const server = textOf(entry, 'server');
  if (!URL.canParse(server) || new URL(server).protocol !== 'https:') {
    throw unusable(
      source,
      `the server of cluster "${name}" is "${server}". Only https:// addresses work: a token must not travel in clear.`,
    );
  }
  if (textOf(entry, 'proxy-url') !== '') {
    throw unusable(
      source,
      `cluster "${name}" has a proxy-url. Proxies are not supported: the runner must reach the API server directly.`,
    );
  }
  const tlsServerName = textOf(entry, 'tls-server-name');
  return {
    server,
    ...(tlsServerName !== '' && { tlsServerName }),
    ...(entry['insecure-skip-tls-verify'] === true && { skipTlsVerify: true }),
    ...authorityOf(cluster),
  };
}

function authorityOf(cluster: Found): Pick<Connection, 'certificateAuthority'> {
  const inline = textOf(cluster.entry, 'certificate-authority-data');
  if (inline !== '') return { certificateAuthority: { pem: Buffer.from(inline, 'base64').toString() } };
  const path = textOf(cluster.entry, 'certificate-authority');
  return path === '' ? {} : { certificateAuthority: { file: pathFrom(cluster, path) } };
}

/** What is just files is named; all else is read from the kubeconfig again by each process. */
function credentialsOf(user: Found, name: string, source: string): Connection['credentials'] {
  const { entry } = user;
  refuseUnsupported(entry, name, source);
  const token = textOf(entry, 'tokenFile');
  const certificate = textOf(entry, 'client-certificate');
  const key = textOf(entry, 'client-key');
  const filled = credentialKeys.filter((field) => entry[field] !== undefined && entry[field] !== '');
  if (filled.length === 0) return { kind: 'none' };
  if (token !== '' && filled.every((field) => field === 'tokenFile' || field === 'token')) {
    return { kind: 'token-file', file: pathFrom(user, token) };
  }
  if (certificate !== '' && key !== '' && filled.length === 2) {
    return { kind: 'certificate-files', certificate: pathFrom(user, certificate), key: pathFrom(user, key) };
  }
  return { kind: 'kubeconfig', file: user.file, user: name };
}

const credentialKeys = [
  'token',
  'tokenFile',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'exec',
  'auth-provider',
] as const;

function refuseUnsupported(entry: Entry, name: string, source: string): void {
  if (textOf(entry, 'username') !== '') {
    throw unusable(
      source,
      `user "${name}" has a password. API servers know none since Kubernetes 1.19: use a token or a client certificate.`,
    );
  }
  // Left out in silence, it would act with more rights than the operator meant.
  if (Object.keys(entry).some((key) => key === 'as' || key.startsWith('as-'))) {
    throw unusable(
      source,
      `user "${name}" impersonates somebody (\`as\`), which is not supported: give the runner an account of its own (config/rbac.yaml).`,
    );
  }
}

function unusable(source: string, why: string): SystemFailure {
  return new SystemFailure('policy-invalid', `Cannot use the kubeconfig ${source}: ${why}`);
}
