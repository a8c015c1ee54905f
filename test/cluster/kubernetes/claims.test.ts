import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../src/cluster/cluster.ts';
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

const claim: Claim = { metadata: { name: 'w', uid: 'u', resourceVersion: '7' } };
const path = '/api/v1/namespaces/ci/persistentvolumeclaims';

describe('claims', () => {
  it('a claim is made, and read as the server has it', async () => {
    const { cluster, server } = await clusterOf((_, response) => json(response, 201, claim));
    expect(await cluster.createClaim({ metadata: { name: 'w' } })).toEqual(claim);
    expect(server.received[0]).toMatchObject({ method: 'POST', path });
  });

  it.each([
    ['another one has the name', 409, 'AlreadyExists', 'exists', { refused: 'exists' }],
    [
      'a quota leaves no room',
      403,
      'Forbidden',
      'exceeded quota: q, requested: persistentvolumeclaims=1',
      { refused: 'quota', message: 'exceeded quota: q, requested: persistentvolumeclaims=1' },
    ],
  ])('a claim is not made where %s', async (_, status, reason, message, expected) => {
    const { cluster } = await clusterOf((_request, response) => refuse(response, status, reason, message));
    expect(await cluster.createClaim({ metadata: { name: 'w' } })).toEqual(expected);
  });

  it('a claim whose making is not allowed is a failure that names the right', async () => {
    const message = 'User "x" cannot create resource "persistentvolumeclaims" in API group ""';
    const { cluster } = await clusterOf((_, response) => refuse(response, 403, 'Forbidden', message));
    await expect(cluster.createClaim({ metadata: { name: 'w' } })).rejects.toThrow(
      'grant the account `create` on `persistentvolumeclaims`',
    );
  });

  it('claims are listed by their labels', async () => {
    const { cluster, server } = await clusterOf((_, response) => json(response, 200, { items: [claim] }));
    expect(await cluster.listClaims('a=b')).toEqual([claim]);
    expect(server.received[0]?.query.get('labelSelector')).toBe('a=b');
  });

  it('a claim is changed as it was read, or not at all', async () => {
    const answers = [200, 409, 404];
    const { cluster, server } = await clusterOf((_, response) => {
      const status = answers.shift() ?? 500;
      if (status === 200) json(response, 200, claim);
      else refuse(response, status, 'Conflict', 'the object has been modified');
    });
    const change = { labels: { a: null }, annotations: { b: 'c' } };
    const changed = [];
    for (let tries = 0; tries < 3; tries += 1) changed.push(await cluster.changeClaim(claim, change));
    expect(changed).toEqual([claim, null, null]);
    expect(server.received[0]).toMatchObject({
      method: 'PATCH',
      path: `${path}/w`,
      body: { metadata: { uid: 'u', resourceVersion: '7', ...change } },
    });
  });

  it.each<[string, Claim | null, string]>([
    ['was changed meanwhile', { metadata: { ...claim.metadata, resourceVersion: '8' } }, 'changed'],
    ['is gone', null, 'not-found'],
    ['is another one by now', { metadata: { ...claim.metadata, uid: 'v' } }, 'not-found'],
  ])('a claim that %s is not deleted', async (_, found, expected) => {
    const { cluster, server } = await clusterOf((request, response) => {
      if (request.method === 'DELETE') refuse(response, 409, 'Conflict', 'Precondition failed');
      else json(response, 200, { items: found ? [found] : [] });
    });
    expect(await cluster.deleteClaim(claim)).toBe(expected);
    expect(server.received[0]).toMatchObject({
      body: { preconditions: { uid: 'u', resourceVersion: '7' } },
    });
  });

  it('a claim is deleted as it was read', async () => {
    const { cluster } = await clusterOf((_, response) => json(response, 200, {}));
    expect(await cluster.deleteClaim(claim)).toBe('deleting');
  });
});
