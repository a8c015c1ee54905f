// What a measurement was made with and on.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { version } from '../../../cmd/version.ts';
import { type ClusterUnderTest, executable } from '../../cluster/cluster-under-test.ts';

export function factsOf(cluster: ClusterUnderTest | null, scale: string): Record<string, string> {
  return {
    'gitlab-pod-executor': `${version} (${executable.endsWith('dist/gitlab-pod-executor') ? commit() : executable})`,
    Node: process.version,
    ...(cluster && kubernetesFacts(cluster)),
    machine: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Linux ${release()}`,
    'load before': loadavg()[0]?.toFixed(1) ?? '',
    date: new Date().toISOString().slice(0, 10),
    scale,
  };
}

function kubernetesFacts({ kubeconfig, embedded }: ClusterUnderTest): Record<string, string> {
  const text = execFileSync('kubectl', ['--kubeconfig', kubeconfig, 'version', '-o', 'json'], {
    encoding: 'utf8',
  });
  const { clientVersion, serverVersion } = JSON.parse(text) as Record<
    string,
    { readonly gitVersion: string }
  >;
  return {
    cluster: `${embedded ? 'embedded, as ' : ''}Kubernetes ${serverVersion?.gitVersion ?? ''}`,
    kubectl: clientVersion?.gitVersion ?? '',
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'no commit';
  }
}
