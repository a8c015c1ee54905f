// Which API server, and who we are there: the policy's kubeconfig, else the service account of the pod that the runner itself runs
// in, else KUBECONFIG. What is found names files and plugins; tokens and keys stay where they are.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { SystemFailure } from '../../../outcome/system-failure.ts';
import type { Connection } from '../../cluster.ts';
import { connectionFromKubeconfig } from '../kubeconfig/kubeconfig-connection.ts';

export interface ConnectionOptions {
  /** Where pods are made; a context's own namespace does not count. */
  readonly namespace: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths count from there; absent: the directory of this process. */
  readonly workingDirectory?: string;
  /** Where Kubernetes mounts a service account. */
  readonly serviceAccountDirectory?: string;
}

const mountedServiceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** @throws SystemFailure that names the key of the policy to change */
export async function resolveConnection(options: ConnectionOptions): Promise<Connection> {
  const pathOf = (path: string): string => resolve(options.workingDirectory ?? '', path);
  if (options.kubeconfig) return connectionFromKubeconfig([pathOf(options.kubeconfig)], options);
  const listed = (options.env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '');
  // A context stands in a kubeconfig, so who asks for one does not mean the service account.
  const inCluster = options.context ? null : fromServiceAccount(options);
  if (inCluster) return inCluster;
  if (listed.length > 0) return connectionFromKubeconfig(withoutMissing(listed.map(pathOf)), options);
  throw new SystemFailure('policy-invalid', {
    what: 'No cluster is named.',
    operator:
      'set `cluster.kubeconfig` in the policy, or KUBECONFIG in the environment of GitLab Runner, or run it in the cluster with a service account.',
  });
}

function fromServiceAccount({
  namespace,
  env,
  serviceAccountDirectory: directory = mountedServiceAccount,
}: ConnectionOptions): Connection | null {
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (!host || !existsSync(`${directory}/token`)) return null;
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] || '443'}`,
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
