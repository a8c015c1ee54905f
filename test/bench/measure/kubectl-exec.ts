// What GitLab Runner would get from the tool that everybody has.
import type { ClusterUnderTest } from '../../cluster/cluster-under-test.ts';

/** A shell in the build container that reads its script from stdin. */
export function kubectlExec({ kubeconfig, namespace }: ClusterUnderTest, pod: string): string[] {
  const options = ['--kubeconfig', kubeconfig, '-n', namespace];
  return ['kubectl', ...options, 'exec', '-i', pod, '-c', 'build', '--', 'sh'];
}
