import { describe, expect, it } from 'vitest';
import type { Cluster, Connection, Pod } from '../../src/cluster/cluster.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { jobSelector } from '../../src/pod/labels.ts';
import type { AttemptState } from '../../src/stage/attempt-state.ts';
import { cleanup, deleteJob } from '../../src/stage/cleanup.ts';
import { markSources } from '../../src/stage/fetched-sources.ts';
import { released } from '../../src/workspace/claim-labels.ts';
import { now, sampleClaim } from '../workspace/sample-claim.ts';
import { sampleState, storeState } from './attempt-fixture.ts';
import { fakeCluster } from './fake-cluster.ts';
import { fakeIo } from './fake-io.ts';

const jobPath = '/tmp/custom-executor1/response.json';
const jobText = JSON.stringify({ id: 1001, job_info: { instance_uuid: 'instance-1' } });
const selector = jobSelector({ id: 1001, instance: 'instance-1' });
const fromPolicy: Connection = {
  server: 'https://policy.example.org',
  namespace: 'ci',
  credentials: { kind: 'none' },
};

const pod = (name: string, uid: string): Pod => ({ metadata: { name, uid }, spec: {} });
const secret = (name: string, uid: string) => ({ name, uid, labels: {} });

function clusterWith({
  pods = [],
  secrets = [],
  ...answers
}: Partial<Cluster> & { pods?: Pod[]; secrets?: ReturnType<typeof secret>[] } = {}) {
  return fakeCluster({
    listPods: () => Promise.resolve(pods),
    listSecrets: () => Promise.resolve(secrets),
    deletePod: () => Promise.resolve('deleting'),
    deleteSecret: () => Promise.resolve('deleting'),
    ...answers,
  });
}

interface Given {
  readonly state?: boolean | Partial<AttemptState>;
  readonly job?: string;
  readonly hasWorkspaces?: boolean;
  readonly io?: ReturnType<typeof fakeIo>;
}

function clean(
  cluster: Cluster,
  {
    state = true,
    job = jobText,
    hasWorkspaces = false,
    io = fakeIo({ JOB_RESPONSE_FILE: jobPath }),
  }: Given = {},
) {
  if (job) io.stored.set(jobPath, job);
  if (state !== false) storeState(io, state === true ? {} : state);
  const connections: Connection[] = [];
  const done = cleanup({
    io,
    connect: (connection) => {
      connections.push(connection);
      return cluster;
    },
    resolveConnection: () => Promise.resolve(fromPolicy),
    hasWorkspaces: () => Promise.resolve(hasWorkspaces),
    now: () => now,
  });
  return { done, connections, io };
}

describe('cleanup', () => {
  it.each<[string, Given]>([
    ['prepare says that it holds', { state: { holdsWorkspace: true } }],
    ['a killed prepare may have taken', { state: false, hasWorkspaces: true }],
  ])('gives back the lasting workspace that %s, once its pod is on its way out', async (_, given) => {
    const claim = sampleClaim('w', { holder: { jobId: '1001', since: 60 } });
    const cluster = clusterWith({
      pods: [pod('job-1', 'a')],
      listClaims: () => Promise.resolve([claim]),
      changeClaim: () => Promise.resolve(claim),
    });
    await clean(cluster, given).done;
    expect(cluster.of('listClaims')[0]?.[0]).toBe(selector);
    expect(cluster.of('changeClaim')[0]?.slice(0, 2)).toEqual([claim, released(now)]);
    expect(cluster.calls.indexOf('changeClaim')).toBeGreaterThan(cluster.calls.indexOf('deletePod'));
  });

  it('deletes the lasting workspace where this job failed to get its sources, and the one before too', async () => {
    const claim = sampleClaim('w', { holder: { jobId: '1001', since: 60 } });
    const annotations = { ...claim.metadata.annotations, 'gitlab-pod-executor/sources-failed': 'true' };
    const spoiled = { ...claim, metadata: { ...claim.metadata, annotations } };
    const cluster = clusterWith({
      listClaims: () => Promise.resolve([spoiled]),
      deleteClaim: () => Promise.resolve('deleting' as const),
    });
    const io = fakeIo({ JOB_RESPONSE_FILE: jobPath });
    await markSources(io, { subStage: 'get_sources', exitCode: 128 });
    await clean(cluster, { state: { holdsWorkspace: true }, io }).done;
    expect(cluster.of('deleteClaim')[0]?.[0]).toBe(spoiled);
  });

  it.each<[string, Given]>([
    ['holds none', { state: {}, hasWorkspaces: true }],
    ['can have none', { state: false, hasWorkspaces: false }],
  ])('does not ask for claims, to which it may have no right, where the job %s', async (_, given) => {
    const cluster = clusterWith();
    await clean(cluster, given).done;
    expect(cluster.calls).not.toContain('listClaims');
  });

  it("deletes the job's pods and secrets, each by name and uid, and does not wait for their end", async () => {
    const cluster = clusterWith({
      pods: [pod('job-1', 'a'), pod('job-2', 'b')],
      secrets: [secret('job-1-pull', 'c')],
    });
    await clean(cluster).done;
    expect(cluster.of('listPods')[0]?.[0]).toBe(selector);
    expect(cluster.of('listSecrets')[0]?.[0]).toBe(selector);
    expect(cluster.of('deletePod').map(([target]) => target)).toEqual([
      { name: 'job-1', uid: 'a' },
      { name: 'job-2', uid: 'b' },
    ]);
    expect(cluster.of('deleteSecret').map(([target]) => target)).toEqual([secret('job-1-pull', 'c')]);
    expect(cluster.calls.at(-1)).toBe('close');
  });

  it('removes the credentials that were kept for the attempt, also where the cluster refuses', async () => {
    for (const answers of [{}, { listPods: () => Promise.reject(new Error('no')) }]) {
      const io = fakeIo({ JOB_RESPONSE_FILE: jobPath });
      io.stored.set(jobPath, jobText);
      io.stored.set('/tmp/custom-executor1/gitlab-pod-executor.credentials', 'secret');
      const cluster = clusterWith(answers);
      await cleanup({
        io,
        connect: () => cluster,
        resolveConnection: () => Promise.resolve(fromPolicy),
      }).catch(() => undefined);
      expect([...io.stored.keys()]).toEqual([jobPath]);
    }
  });

  it('says nothing, and is content with nothing to delete', async () => {
    const cluster = clusterWith();
    const { done, io } = clean(cluster);
    await done;
    expect(io.messages()).toBe('');
    expect(cluster.calls).toEqual(['listPods', 'listSecrets', 'close']);
  });

  it('speaks to the cluster where prepare made the pod', async () => {
    const { done, connections } = clean(clusterWith());
    await done;
    expect(connections).toEqual([sampleState.connection]);
  });

  it('asks the policy for the cluster when prepare never ran', async () => {
    const { done, connections } = clean(clusterWith(), { state: false });
    await done;
    expect(connections).toEqual([fromPolicy]);
  });

  it.each([
    ['missing', ''],
    ['no job', '{"id":0}'],
  ])('makes no call when the job file is %s', async (_, job) => {
    const cluster = clusterWith();
    const { done } = clean(cluster, { job });
    await expect(done).rejects.toMatchObject({ code: 'job-unreadable' });
    expect(cluster.calls).toEqual([]);
  });

  it('says so when it is ended', async () => {
    const cluster = clusterWith({
      listPods: () => {
        started.io.stop();
        return Promise.reject(new DOMException('aborted', 'AbortError'));
      },
    });
    const started = clean(cluster);
    await expect(started.done).rejects.toMatchObject({
      code: 'interrupted',
      message: 'GitLab Runner ended the cleanup (cancelled, timed out, or the runner shuts down).',
    });
    expect(cluster.calls).toContain('close');
  });
});

describe('deleteJob', () => {
  const refused = new SystemFailure('forbidden', { what: 'Cannot do that.' });
  const signal = new AbortController().signal;

  it('deletes the pods though secrets may not be listed, and reports that afterwards', async () => {
    const cluster = clusterWith({ pods: [pod('job-1', 'a')], listSecrets: () => Promise.reject(refused) });
    await expect(deleteJob(cluster, selector, signal)).rejects.toBe(refused);
    expect(cluster.of('deletePod')).toHaveLength(1);
  });

  it('deletes every other pod when one cannot be deleted', async () => {
    const cluster = clusterWith({
      pods: [pod('job-1', 'a'), pod('job-2', 'b')],
      secrets: [secret('job-1-pull', 'c')],
      deletePod: ({ name }) => (name === 'job-1' ? Promise.reject(refused) : Promise.resolve('deleting')),
    });
    await expect(deleteJob(cluster, selector, signal)).rejects.toBe(refused);
    expect([cluster.of('deletePod').length, cluster.of('deleteSecret').length]).toEqual([2, 1]);
  });

  it('accepts what is gone already', async () => {
    const cluster = clusterWith({ pods: [pod('job-1', 'a')], deletePod: () => Promise.resolve('not-found') });
    await expect(deleteJob(cluster, selector, signal)).resolves.toBeUndefined();
  });
});
