import { execFileSync } from 'node:child_process';
import { type ClusterUnderTest, isReal } from '../../cluster/cluster-under-test.ts';
import { kubectl } from '../../cluster/kubectl.ts';
import { makeRepository } from '../../cluster/make-repository.ts';
import type { JobDefinition } from '../../model-runner/gitlab/job-definition.ts';
import { preparedAttempt } from '../measure/prepared-attempt.ts';
import { type Row, sampleOf } from '../measure/rows.ts';

const lines = 'i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo "line $i"; done';

/** Whole jobs by the model runner, from the first stage's start to the last one's end, beside the bare start of the same pod. */
export async function benchJobs(cluster: ClusterUnderTest, resident: string, rounds: number): Promise<Row[]> {
  const trivial = { script: ['echo hello'] };
  const pods: number[] = [];
  const manifest = await barePod(cluster);
  const jobs = [
    { what: 'a trivial job', job: trivial, resident },
    { what: 'a trivial job, alone', job: trivial, resident: '/nowhere' },
    ...(canClone() ? [{ what: 'clone, 50 lines, cache, artifact', job: whole(cluster), resident }] : []),
  ].map((each) => ({ ...each, times: [] as number[] }));
  for (let round = -1; round < rounds; round++) {
    const start = startPod(cluster, manifest, round);
    if (round >= 0) pods.push(start);
    for (const { job, times, ...by } of jobs) {
      const time = await timeJob(cluster, job, by.resident);
      if (round >= 0) times.push(time);
    }
  }
  return jobs.map(({ what, times }) => ({
    what: `${what}, config to cleanup`,
    unit: 'ms',
    ours: sampleOf(times),
    against: 'its pod by `kubectl create` and `wait`',
    theirs: sampleOf(pods),
    isRatio: false,
  }));
}

/** Pods of a real cluster reach this machine at an address that only its owner knows. */
const canClone = (): boolean => !isReal || process.env['TEST_LISTEN'] !== undefined;

function whole({ directory }: ClusterUnderTest): Partial<JobDefinition> {
  return {
    repository: makeRepository(directory),
    variables: { GIT_STRATEGY: 'clone' },
    script: [lines, 'mkdir -p kept', 'echo kept >kept/file', 'echo built >built'],
    cache: [{ key: 'bench', paths: ['kept/'] }],
    artifacts: [{ name: 'built', paths: ['built'] }],
  };
}

async function timeJob(
  cluster: ClusterUnderTest,
  job: Partial<JobDefinition>,
  resident: string,
): Promise<number> {
  const result = await cluster.run(job, { env: { GITLAB_POD_EXECUTOR_RESIDENT: resident } });
  if (result.state !== 'success') throw new Error(`A job ended as ${result.state}:\n${result.readableTrace}`);
  const first = result.calls[0]?.startedAt ?? 0;
  return (result.calls.at(-1)?.endedAt ?? 0) - first;
}

/** What prepare asks for, without what the cluster added. */
async function barePod(cluster: ClusterUnderTest): Promise<Record<string, unknown>> {
  const attempt = await preparedAttempt(cluster);
  const pod = JSON.parse(kubectl(cluster, 'get', 'pod', attempt.pod, '-o', 'json')) as {
    readonly spec: Record<string, unknown>;
  };
  await attempt.end();
  return { apiVersion: 'v1', kind: 'Pod', spec: { ...pod.spec, nodeName: undefined } };
}

/** @returns milliseconds until it is ready */
function startPod(cluster: ClusterUnderTest, manifest: Record<string, unknown>, round: number): number {
  const name = `bench-${process.pid}-${round + 1}`;
  const place = ['--kubeconfig', cluster.kubeconfig, '-n', cluster.namespace];
  const started = performance.now();
  execFileSync('kubectl', [...place, 'create', '--validate=false', '-f', '-'], {
    input: JSON.stringify({ ...manifest, metadata: { name } }),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  kubectl(cluster, 'wait', `pod/${name}`, '--for=condition=Ready', '--timeout=60s');
  const milliseconds = performance.now() - started;
  kubectl(cluster, 'delete', 'pod', name, '--wait=false', '--grace-period=0', '--force');
  return milliseconds;
}
