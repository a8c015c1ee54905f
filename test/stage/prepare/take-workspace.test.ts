import { describe, expect, it } from 'vitest';
import type { Cluster, Pod } from '../../../src/cluster/cluster.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { takeWorkspace } from '../../../src/stage/prepare/take-workspace.ts';
import { wantedWorkspace } from '../../../src/workspace/wanted-workspace.ts';
import { sampleJob, samplePolicy } from '../../pod/sample-job.ts';
import { ago, now, podWith } from '../../workspace/sample-claim.ts';
import { claimsInMemory } from '../claims-in-memory.ts';
import { fakeCluster } from '../fake-cluster.ts';
import { fakeIo } from '../fake-io.ts';

const policy = { ...samplePolicy, lasting_workspaces: { size: 1024 ** 3, slots: 2, max_idle: 3600 } };
const security = {
  pod: { context: { fsGroup: 1000 } },
  containers: { build: { context: { runAsUser: 1000 } } },
};

interface Given extends Partial<Cluster> {
  readonly jobId?: number;
  readonly memory?: ReturnType<typeof claimsInMemory>;
  readonly pods?: readonly Pod[];
  readonly user?: number;
}

async function take({
  jobId = 1,
  memory = claimsInMemory(),
  pods = [],
  user = 1000,
  ...answers
}: Given = {}) {
  const { claims, ...methods } = memory;
  const asUser = { ...security, containers: { build: { context: { runAsUser: user } } } };
  const wanted = wantedWorkspace({ ...sampleJob, id: jobId }, policy, asUser as never);
  if (wanted === null) throw new Error('none is wanted');
  const io = fakeIo();
  const cluster = fakeCluster({ ...methods, listPods: () => Promise.resolve(pods), ...answers });
  const claim = await takeWorkspace({ cluster, io, wanted, policy, now: () => now });
  return { claim, log: io.lines().join('\n'), memory, wanted, cluster, claims };
}

const holderOf = (memory: ReturnType<typeof claimsInMemory>, name = ''): string | undefined =>
  memory.claims.get(name)?.metadata.labels?.['gitlab-pod-executor/job-id'];

describe('takeWorkspace', () => {
  it('makes the first one, which the job holds', async () => {
    const { claim, log, memory, wanted } = await take();
    expect(claim).toEqual({ name: wanted.nameOf(1), key: wanted.key });
    expect(holderOf(memory, claim?.name)).toBe('1');
    expect(log).toBe('Workspace 1 of 2 is new, and later jobs will find it.');
  });

  it('takes one that is free, and says when it was used', async () => {
    const { memory, claim: first } = await take();
    await memory.changeClaim(memory.claims.get(first?.name ?? '') as never, {
      labels: { 'gitlab-pod-executor/job-id': null },
      annotations: { 'gitlab-pod-executor/last-used': ago(300) },
    });
    const { claim, log } = await take({ jobId: 2, memory });
    expect(claim).toEqual(first);
    expect(holderOf(memory, claim?.name)).toBe('2');
    expect(log).toBe('Workspace 1 of 2, last used 5 min ago.');
  });

  it('gives two jobs at once one each, and the third none', async () => {
    const memory = claimsInMemory();
    const all = await Promise.all([1, 2, 3].map((jobId) => take({ jobId, memory })));
    const names = all.map(({ claim }) => claim?.name);
    expect(new Set(names)).toEqual(new Set([all[0]?.wanted.nameOf(1), all[0]?.wanted.nameOf(2), undefined]));
    expect(all.map(({ log }) => log)).toContain(
      'All 2 lasting workspaces of the project are in use by other jobs. This job starts with an empty workspace.',
    );
  });

  it('looks again when another job was faster', async () => {
    const memory = claimsInMemory();
    const { claim: first } = await take({ memory });
    await memory.changeClaim(memory.claims.get(first?.name ?? '') as never, {
      labels: { 'gitlab-pod-executor/job-id': null },
    });
    let isFirst = true;
    const { claim } = await take({
      jobId: 2,
      memory,
      changeClaim: async (read, change) => {
        // Between our look and our change another job takes it.
        if (isFirst)
          await memory.changeClaim(read, {
            labels: { 'gitlab-pod-executor/job-id': '9' },
            annotations: { 'gitlab-pod-executor/held-since': ago(0) },
          });
        isFirst = false;
        return memory.changeClaim(read, change);
      },
    });
    expect(holderOf(memory, first?.name)).toBe('9');
    expect(claim?.name).not.toBe(first?.name);
    expect(holderOf(memory, claim?.name)).toBe('2');
  });

  it('does not look for ever', async () => {
    const { claim, log, cluster } = await take({ createClaim: () => Promise.resolve({ refused: 'exists' }) });
    expect(claim).toBeNull();
    expect(log).toContain('Other jobs were faster 8 times. This job starts with an empty workspace.');
    expect(cluster.of('createClaim')).toHaveLength(8);
  });

  it("deletes another user's old files, and makes a new one in their place", async () => {
    const memory = claimsInMemory();
    const held = await Promise.all([1, 2].map((jobId) => take({ jobId, memory })));
    for (const { claim } of held)
      await memory.changeClaim(memory.claims.get(claim?.name ?? '') as never, {
        labels: { 'gitlab-pod-executor/job-id': null },
        annotations: { 'gitlab-pod-executor/last-used': ago(4000) },
      });
    const { claim, wanted } = await take({ jobId: 3, memory, user: 1001 });
    expect([1, 2].map((slot) => wanted.nameOf(slot))).toContain(claim?.name);
    expect(memory.claims.size).toBe(2);
  });

  it('lets the job start with an empty workspace where a quota leaves no room', async () => {
    const message = 'exceeded quota: storage, requested: persistentvolumeclaims=1, used: 5, limited: 5';
    const { claim, log } = await take({
      createClaim: () => Promise.resolve({ refused: 'quota', message }),
    });
    expect(claim).toBeNull();
    expect(log).toBe(
      `The cluster has no room for another lasting workspace (${message}). This job starts with an empty workspace.`,
    );
  });

  it('does not hide what the API server refuses', async () => {
    const refusal = new SystemFailure('forbidden', { what: 'Cannot list persistentvolumeclaims.' });
    await expect(take({ listClaims: () => Promise.reject(refusal) })).rejects.toBe(refusal);
  });

  it('does not take one whose pod still runs, though nobody holds it', async () => {
    const memory = claimsInMemory();
    const { claim: first } = await take({ memory });
    await memory.changeClaim(memory.claims.get(first?.name ?? '') as never, {
      labels: { 'gitlab-pod-executor/job-id': null },
    });
    const { claim, wanted } = await take({ jobId: 2, memory, pods: [podWith(first?.name ?? '')] });
    expect(claim?.name).toBe(wanted.nameOf(2));
  });
});
