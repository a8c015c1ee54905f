import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import { type Answers, json, refuse, startFakeServer } from './fake-api-server.ts';
import { undoAfterEach } from './undo.ts';

const undo = undoAfterEach();
const pod = { metadata: { name: 'job-1', uid: 'u' }, spec: { aFieldOfTomorrow: { kept: true } } };

async function clusterOf(answer: Answers['answer'] & object) {
  const server = await startFakeServer({ answer });
  undo(() => server.close());
  const cluster = connect(server.connection, { env: {}, limits: { pauseMilliseconds: 1 } });
  undo(() => cluster.close());
  return { server, cluster };
}

describe('pods', () => {
  it('pods are made from the manifest as it is, and come back as the server has them', async () => {
    const { cluster, server } = await clusterOf((_, response) => json(response, 201, pod));
    const manifest = { kind: 'Pod', metadata: { name: 'job-1' }, spec: { aFieldOfTomorrow: null } };

    expect(await cluster.createPod(manifest)).toEqual(pod);
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/namespaces/ci/pods',
      body: manifest,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
    });
    expect(server.received[0]?.query.has('dryRun')).toBe(false);
  });

  it('pods can be tried without being made', async () => {
    const { cluster, server } = await clusterOf((_, response) => json(response, 201, pod));

    await cluster.createPod({ metadata: { name: 'job-1' } }, { dryRun: true });

    expect(server.received[0]?.query.get('dryRun')).toBe('All');
  });

  it('a pod is null when it is not there, and a failure when it may not be seen', async () => {
    const { cluster } = await clusterOf(({ path }, response) => {
      if (path.endsWith('/secret'))
        refuse(response, 403, 'Forbidden', 'pods "secret" is forbidden: User "r" cannot get resource "pods"');
      else refuse(response, 404, 'NotFound', 'pods "job-1" not found');
    });

    expect(await cluster.getPod('job-1')).toBeNull();
    await expect(cluster.getPod('secret')).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('`get` on `pods`'),
    });
  });

  it('pods are listed by their labels', async () => {
    const { cluster, server } = await clusterOf((_, response) => json(response, 200, { items: [pod] }));

    expect(await cluster.listPods('a=b,c/d=e')).toEqual([pod]);
    expect(server.received[0]?.query.get('labelSelector')).toBe('a=b,c/d=e');
  });

  it('an empty list has no pods', async () => {
    const { cluster } = await clusterOf((_, response) => json(response, 200, { items: null }));

    expect(await cluster.listPods('a=b')).toEqual([]);
  });
});

describe('a container’s log', () => {
  it("a container's log is read from its end", async () => {
    const { cluster, server } = await clusterOf((_, response) => void response.end('one\ntwo\n'));

    expect(await cluster.readLog({ pod: 'job-1', container: 'svc-0' }, { tailLines: 2 })).toBe('one\ntwo\n');
    expect(server.received[0]?.target).toBe(
      '/api/v1/namespaces/ci/pods/job-1/log?container=svc-0&tailLines=2',
    );
  });

  it("a container's log is cut at its beginning when its lines are huge", async () => {
    const { cluster } = await clusterOf(
      (_, response) => void response.end(`begin${'x'.repeat(3_000_000)}end`),
    );

    const log = await cluster.readLog({ pod: 'job-1', container: 'svc-0' }, { tailLines: 1 });

    expect(log).toHaveLength(1024 * 1024);
    expect(log.endsWith('xend')).toBe(true);
  });

  it.each([
    [400, 'container "svc-0" in pod "job-1" is waiting to start: ContainerCreating'],
    [404, 'pods "job-1" not found'],
  ])("a container's log is empty while there is none (%i)", async (status, message) => {
    const { cluster } = await clusterOf((_, response) => refuse(response, status, '', message));

    expect(await cluster.readLog({ pod: 'job-1', container: 'svc-0' }, { tailLines: 2 })).toBe('');
  });

  it("a container's log that may not be read is a failure", async () => {
    const { cluster } = await clusterOf((_, response) =>
      refuse(response, 403, 'Forbidden', 'User "r" cannot get resource "pods/log"'),
    );

    await expect(
      cluster.readLog({ pod: 'job-1', container: 'svc-0' }, { tailLines: 2 }),
    ).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('`get` on `pods/log`'),
    });
  });
});
