// What a runner that died leaves behind, and that sweep takes this and nothing else.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../process/attempt.ts';
import { clusterSuite } from '../process/on-cluster.ts';
import { executable } from './cluster-under-test.ts';
import { kubectl } from './kubectl.ts';

const suite = await clusterSuite('sweep takes what nobody needs');

/** @returns the names of what was taken, or would be */
function sweep({ env }: Attempt, ...options: readonly string[]): readonly string[] {
  const said = execFileSync(executable, ['sweep', '--json', ...options], {
    env,
    encoding: 'utf8',
  });
  return (JSON.parse(said) as { objects: { name: string }[] }).objects.map(({ name }) => name);
}

/** A job whose runner dies after prepare. @returns its pod */
async function abandoned(): Promise<{ readonly job: Attempt; readonly pod: string }> {
  const job = suite.attempt();
  await job.prepare();
  const [pod = ''] = await suite.pods(job);
  return { job, pod };
}

const expire = (pod: string): string =>
  kubectl(
    suite.cluster(),
    'annotate',
    '--overwrite',
    'pod',
    pod,
    'gitlab-pod-executor/deadline=2020-01-01T00:00:00Z',
  );

describe.skipIf(suite.reason)('sweep', () => {
  // @promise leftovers: executor and runner are killed at any point — the next cleanup, or `sweep`, leaves nothing and touches nobody else's pod
  it('sweep leaves a pod before its deadline, and deletes it and its secrets after', async () => {
    const { job, pod } = await abandoned();
    expect(sweep(job)).not.toContain(pod);
    expire(pod);
    expect(sweep(job, '--dry-run')).toContain(pod);
    expect(await suite.pods(job)).toEqual([pod]);
    expect(sweep(job)).toContain(pod);
    await expect.poll(() => suite.leftovers(job), { timeout: 30_000, interval: 500 }).toEqual([]);
  });

  // @promise leftovers: executor and runner are killed at any point
  it("sweep leaves a pod that is somebody else's, whatever its annotations say", async () => {
    const { job, pod } = await abandoned();
    expire(pod);
    kubectl(
      suite.cluster(),
      'label',
      '--overwrite',
      'pod',
      pod,
      'app.kubernetes.io/managed-by=somebody-else',
    );
    expect(sweep(job)).not.toContain(pod);
    expect(await suite.pods(job)).toEqual([pod]);
    kubectl(suite.cluster(), 'delete', 'pod', pod, '--wait=false');
  });
});
