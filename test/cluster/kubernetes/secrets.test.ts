import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import { type Answers, json, refuse, startFakeServer } from './fake-api-server.ts';
import { undoAfterEach } from './undo.ts';

const undo = undoAfterEach();

async function clusterOf(answer: Answers['answer'] & object) {
  const server = await startFakeServer({ answer });
  undo(() => server.close());
  const cluster = connect(server.connection, { env: {}, limits: { pauseMilliseconds: 1 } });
  undo(() => cluster.close());
  return { server, cluster };
}

describe('secrets', () => {
  it('secrets are made, and known by name and uid from then on', async () => {
    const manifest = { kind: 'Secret', metadata: { name: 'pull' }, data: { a: 'Yg==' } };
    const { cluster, server } = await clusterOf((_, response) =>
      json(response, 201, { ...manifest, metadata: { name: 'pull', uid: 'u' } }),
    );

    expect(await cluster.createSecret(manifest)).toEqual({ name: 'pull', uid: 'u' });
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/namespaces/ci/secrets',
      body: manifest,
    });
  });

  it('the text of a pull secret is read by a list of one, for which no further right is needed', async () => {
    const text = '{"auths": {}}';
    const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') };
    const items = [{ metadata: { name: 'mirror', uid: 'u' }, type: 'kubernetes.io/dockerconfigjson', data }];
    const { cluster, server } = await clusterOf((_, response) => json(response, 200, { items }));
    expect(await cluster.readPullSecret('mirror')).toBe(text);
    expect(server.received[0]?.method).toBe('GET');
    expect(server.received[0]?.query.get('fieldSelector')).toBe('metadata.name=mirror');
  });

  it.each([
    ['that is not there', []],
    ['of another type', [{ type: 'Opaque', data: { '.dockerconfigjson': 'e30=' } }]],
    ['without contents', [{ type: 'kubernetes.io/dockerconfigjson' }]],
  ])('a pull secret %s is none', async (_, items) => {
    const { cluster } = await clusterOf((_request, response) => json(response, 200, { items }));
    expect(await cluster.readPullSecret('mirror')).toBeNull();
  });

  it('secrets are listed by their labels, without their contents', async () => {
    const items = [
      {
        metadata: {
          name: 'a',
          uid: '1',
          labels: { x: 'y' },
          creationTimestamp: '2026-01-01T00:00:00Z',
          ownerReferences: [{ uid: 'pod-1' }],
        },
      },
      { metadata: { name: 'b', uid: '2' }, data: { token: 'c2VjcmV0' } },
    ];
    const { cluster, server } = await clusterOf((_, response) => json(response, 200, { items }));

    expect(await cluster.listSecrets('x=y')).toEqual([
      {
        name: 'a',
        uid: '1',
        labels: { x: 'y' },
        creationTimestamp: '2026-01-01T00:00:00Z',
        ownerUid: 'pod-1',
      },
      { name: 'b', uid: '2', labels: {} },
    ]);
    expect(server.received[0]?.query.get('labelSelector')).toBe('x=y');
    expect(server.received[0]?.headers.accept).toBe(
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    );
  });

  it('get a pod for an owner, if they are still the same secret', async () => {
    const { cluster, server } = await clusterOf((_, response) => json(response, 200, {}));

    await cluster.adoptSecret({ name: 'pull', uid: 's-1' }, { name: 'job-1', uid: 'p-1' });

    expect(server.received[0]).toMatchObject({
      method: 'PATCH',
      path: '/api/v1/namespaces/ci/secrets/pull',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: {
        metadata: {
          uid: 's-1',
          ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'job-1', uid: 'p-1' }],
        },
      },
    });
  });

  it('a secret is not adopted when something else has the name', async () => {
    const { cluster, server } = await clusterOf((_, response) =>
      refuse(response, 409, 'Conflict', 'Precondition failed: UID in precondition'),
    );

    await expect(
      cluster.adoptSecret({ name: 'pull', uid: 's-1' }, { name: 'job-1', uid: 'p-1' }),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(server.received).toHaveLength(1);
  });
});
