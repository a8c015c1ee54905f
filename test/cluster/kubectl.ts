// kubectl as a person has it: a second opinion on what is in the cluster.
import { execFileSync } from 'node:child_process';
import type { ClusterUnderTest } from './cluster-under-test.ts';

/** All events of a busy namespace are more than Node's usual megabyte. */
const maxBytes = 256 * 1024 * 1024;

export function kubectl(
  cluster: Pick<ClusterUnderTest, 'kubeconfig' | 'namespace'>,
  ...args: string[]
): string {
  return execFileSync('kubectl', ['--kubeconfig', cluster.kubeconfig, '-n', cluster.namespace, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: maxBytes,
  });
}
