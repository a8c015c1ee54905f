import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import { type Answers, json, refuse, startFakeServer } from './fake-api-server.ts';
import { undoAfterEach } from './undo.ts';

const undo = undoAfterEach();
const manifest = {
  metadata: {
    name: 'job-1-abcdefgh',
    labels: { 'gitlab-pod-executor/job-id': '1' },
    annotations: { deadline: 'noon' },
  },
  spec: { containers: [] },
};
const made = {
  ...manifest,
  metadata: { ...manifest.metadata, uid: 'uid-1', labels: { ...manifest.metadata.labels, more: 'x' } },
};

async function clusterOf(answer: Answers['answer'] & object) {
  const server = await startFakeServer({ answer });
  undo(() => server.close());
  const cluster = connect(server.connection, { env: {}, limits: { pauseMilliseconds: 1 } });
  undo(() => cluster.close());
  return { server, cluster };
}

const taken = (response: ServerResponse): void => refuse(response, 409, 'AlreadyExists', 'already exists');

describe('making an object whose answer is lost', () => {
  it('a creation whose answer is lost finds its object, and makes no second one', async () => {
    let creations = 0;
    const { cluster } = await clusterOf(({ method }, response) => {
      if (method === 'GET') return json(response, 200, made);
      creations += 1;
      if (creations > 1) return taken(response);
      response.socket?.destroy();
    });

    expect(await cluster.createPod(manifest)).toEqual(made);
    expect(creations).toBe(2);
  });

  it('a secret whose answer is lost is found without asking for its contents', async () => {
    let creations = 0;
    const { cluster, server } = await clusterOf(({ method }, response) => {
      if (method === 'GET') return json(response, 200, { items: [made] });
      creations += 1;
      if (creations > 1) return taken(response);
      refuse(response, 504, 'Timeout', 'etcd');
    });

    expect(await cluster.createSecret(manifest)).toEqual({ name: 'job-1-abcdefgh', uid: 'uid-1' });
    expect(server.received.at(-1)).toMatchObject({
      target: '/api/v1/namespaces/ci/secrets?fieldSelector=metadata.name=job-1-abcdefgh',
      headers: { accept: expect.stringContaining('PartialObjectMetadataList') },
    });
  });

  it.each([
    [
      'has other labels',
      { ...made, metadata: { ...made.metadata, labels: { 'gitlab-pod-executor/job-id': '2' } } },
    ],
    ['has no labels', { ...made, metadata: { name: 'job-1-abcdefgh', uid: 'x' } }],
    ['has another deadline', { ...made, metadata: { ...made.metadata, annotations: { deadline: 'night' } } }],
  ])('a creation does not adopt an object that %s', async (_, other) => {
    let creations = 0;
    const { cluster } = await clusterOf(({ method }, response) => {
      if (method === 'GET') return json(response, 200, other);
      creations += 1;
      if (creations > 1) return taken(response);
      response.socket?.destroy();
    });

    await expect(cluster.createPod(manifest)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('a creation does not adopt what was there before its first try', async () => {
    const { cluster, server } = await clusterOf((_, response) => taken(response));

    await expect(cluster.createPod(manifest)).rejects.toMatchObject({ code: 'conflict' });
    expect(server.received).toHaveLength(1);
  });

  it('a creation is retried when only a quota’s counter was in the way', async () => {
    let creations = 0;
    const { cluster } = await clusterOf((_, response) => {
      creations += 1;
      if (creations > 1) return json(response, 201, made);
      refuse(response, 409, 'Conflict', 'Operation cannot be fulfilled on resourcequotas "compute"');
    });

    expect(await cluster.createPod(manifest)).toEqual(made);
  });
});

describe('deleting by uid', () => {
  it('a deletion sends the uid as a precondition, and the grace period if there is one', async () => {
    const { cluster, server } = await clusterOf((_, response) => json(response, 200, made));

    expect(await cluster.deletePod({ name: 'job-1', uid: 'uid-1' }, { gracePeriodSeconds: 0 })).toBe(
      'deleting',
    );
    expect(await cluster.deleteSecret({ name: 's', uid: 'uid-2' })).toBe('deleting');
    expect(await cluster.deleteSecret({ name: 's' })).toBe('deleting');
    expect(server.received.map(({ method, path, body }) => [method, path, body])).toMatchObject([
      [
        'DELETE',
        '/api/v1/namespaces/ci/pods/job-1',
        { preconditions: { uid: 'uid-1' }, gracePeriodSeconds: 0 },
      ],
      ['DELETE', '/api/v1/namespaces/ci/secrets/s', { preconditions: { uid: 'uid-2' } }],
      ['DELETE', '/api/v1/namespaces/ci/secrets/s', { kind: 'DeleteOptions' }],
    ]);
    expect(server.received[2]?.body).not.toHaveProperty('preconditions');
    expect(server.received[1]?.body).not.toHaveProperty('gracePeriodSeconds');
  });

  it.each([
    ['gone already', 404, 'NotFound', 'pods "job-1" not found'],
    [
      'somebody else’s by now',
      409,
      'Conflict',
      'Precondition failed: UID in precondition: uid-1, UID in object meta: uid-9',
    ],
  ])('a deletion touches nothing that is %s, and asks once', async (_, status, reason, message) => {
    const { cluster, server } = await clusterOf((_request, response) =>
      refuse(response, status, reason, message),
    );

    expect(await cluster.deletePod({ name: 'job-1', uid: 'uid-1' })).toBe('not-found');
    expect(server.received).toHaveLength(1);
  });

  it('a deletion is retried while the API server has trouble, and fails when that does not end', async () => {
    let calls = 0;
    const { cluster } = await clusterOf((_, response) => {
      calls += 1;
      if (calls === 3) return json(response, 200, made);
      refuse(response, 503, 'ServiceUnavailable', 'away');
    });

    expect(await cluster.deletePod({ name: 'job-1', uid: 'uid-1' })).toBe('deleting');
    await expect(cluster.deletePod({ name: 'job-1', uid: 'uid-1' })).rejects.toMatchObject({
      code: 'cluster-unreachable',
    });
  });
});
