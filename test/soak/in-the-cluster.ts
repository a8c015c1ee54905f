// What is in the cluster of one soak: pods and secrets of its jobs, and a pod that is nobody's business.
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClusterUnderTest, executable, writePolicy } from '../cluster/cluster-under-test.ts';
import { kubectl } from '../cluster/kubectl.ts';

/** Cleanup does not wait for a pod's end, and a busy node takes its time. */
const timeoutSeconds = 90;
const labelOf = (ids: readonly number[]): string => `gitlab-pod-executor/job-id in (${ids.join()})`;

export function leftOf(cluster: ClusterUnderTest, ids: readonly number[]): string {
  if (ids.length === 0) return '';
  return kubectl(cluster, 'get', 'pods,secrets', '-l', labelOf(ids), '-o', 'name').trim();
}

/** @returns what is still there after a while, but for `expected`; '': nothing */
export async function leftInTheEnd(
  cluster: ClusterUnderTest,
  ids: readonly number[],
  expected: readonly string[] = [],
): Promise<string> {
  const unexpected = (): string =>
    leftOf(cluster, ids)
      .split('\n')
      .filter((name) => !expected.includes(name.replace('secret/', '')))
      .join(' ');
  for (let second = 0; second < timeoutSeconds; second++) {
    if (unexpected() === '') return '';
    await delay(1000);
  }
  return unexpected();
}

/** Secrets of an executor that was killed before it made their pod: sweep takes them `timeouts.ready` and ten minutes later. */
export function secretsWithoutPod(cluster: ClusterUnderTest, ids: readonly number[]): readonly string[] {
  const { items } = JSON.parse(kubectl(cluster, 'get', 'secrets', '-l', labelOf(ids), '-o', 'json')) as {
    readonly items: readonly { readonly metadata: { name: string; ownerReferences?: readonly object[] } }[];
  };
  const pods = leftOf(cluster, ids)
    .split('\n')
    .filter((name) => name.startsWith('pod/'))
    .map((name) => name.slice('pod/'.length));
  return items
    .filter(({ metadata: { ownerReferences = [] } }) => ownerReferences.length === 0)
    .map(({ metadata }) => metadata.name)
    .filter((name) => !pods.some((pod) => name.startsWith(`${pod}-`)));
}

/** Sweep, at a time when the deadlines of these jobs have passed. */
export function sweepAfterDeadline(cluster: ClusterUnderTest, ids: readonly number[]): void {
  const expired = 'gitlab-pod-executor/deadline=2020-01-01T00:00:00Z';
  if (leftOf(cluster, ids) !== '')
    kubectl(cluster, 'annotate', '--overwrite', 'pods,secrets', '-l', labelOf(ids), expired);
  execFileSync(executable, ['sweep'], {
    env: {
      ...process.env,
      KUBECONFIG: '',
      GITLAB_POD_EXECUTOR_POLICY: writePolicy(cluster, cluster.directory),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** A pod that looks as if it were long due, but is not ours: without our label. */
export function makeBystander(cluster: ClusterUnderTest): {
  readonly isThere: () => boolean;
  remove(): void;
} {
  const name = `bystander-${process.pid}`;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { 'app.kubernetes.io/managed-by': 'somebody-else', 'gitlab-pod-executor/job-id': '1' },
      annotations: { 'gitlab-pod-executor/deadline': '2020-01-01T00:00:00Z' },
    },
    spec: {
      hostUsers: false,
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image: cluster.buildImage,
          imagePullPolicy: 'IfNotPresent',
          command: ['sleep', '100000'],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          resources: { requests: { cpu: '1m', memory: '8Mi' }, limits: { cpu: '1', memory: '64Mi' } },
        },
      ],
    },
  };
  execFileSync(
    'kubectl',
    ['--kubeconfig', cluster.kubeconfig, '-n', cluster.namespace, 'create', '--validate=false', '-f', '-'],
    { input: JSON.stringify(pod), stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const state = 'jsonpath={.items[*].metadata.deletionTimestamp}{.items[*].metadata.name}';
  return {
    isThere: () =>
      kubectl(cluster, 'get', 'pods', '--field-selector', `metadata.name=${name}`, '-o', state) === name,
    remove: () => void kubectl(cluster, 'delete', 'pod', name, '--wait=false'),
  };
}
