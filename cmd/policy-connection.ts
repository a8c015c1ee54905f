// Which API server the policy means, and how to authenticate there: kubeconfig of the policy, in-cluster, then KUBECONFIG.
import type { Connection } from '../src/cluster/cluster.ts';
import type { Policy } from '../src/policy/policy.ts';

/** The kubeconfig reader is a large chunk: only prepare and cleanup load it, never `run`. */
export async function resolvePolicyConnection(
  policy: Policy,
  env: Readonly<Record<string, string | undefined>>,
  workingDirectory = '',
): Promise<Connection> {
  const { resolveConnection } = await import('../src/cluster/kubernetes/connection/resolve-connection.ts');
  return resolveConnection({ ...policy.cluster, env, workingDirectory });
}
