import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import { json, type Received, startFakeServer } from './fake-api-server.ts';
import { undoAfterEach } from './undo.ts';

const undo = undoAfterEach();

async function ask(answer: unknown) {
  const server = await startFakeServer({ answer: (_, response) => json(response, 200, answer) });
  undo(() => server.close());
  const cluster = connect(server.connection, { env: {} });
  undo(() => cluster.close());
  return { cluster, received: server.received as readonly Received[] };
}

describe("the server's API groups", () => {
  it('names the API groups of a server', async () => {
    const { cluster, received } = await ask({
      groups: [{ name: 'apps' }, { name: 'security.openshift.io' }],
    });

    expect(await cluster.apiGroups()).toEqual(['apps', 'security.openshift.io']);
    expect(received.map(({ target }) => target)).toEqual(['/apis']);
  });
});

describe('the server’s version', () => {
  it.each([
    [
      { major: '1', minor: '36', gitVersion: 'v1.36.3' },
      { major: 1, minor: 36, gitVersion: 'v1.36.3' },
    ],
    [
      { major: '1', minor: '27+', gitVersion: 'v1.27.4-gke.900' },
      { major: 1, minor: 27, gitVersion: 'v1.27.4-gke.900' },
    ],
    [{}, { major: 0, minor: 0, gitVersion: 'unknown' }],
  ])("reads the server's version from %j", async (answer, expected) => {
    const { cluster } = await ask(answer);

    expect(await cluster.serverVersion()).toEqual(expected);
  });
});

describe('isAllowed', () => {
  it('asks about ourselves in our namespace', async () => {
    const { cluster, received } = await ask({ status: { allowed: true } });

    expect(await cluster.isAllowed({ verb: 'create', resource: 'pods', subresource: 'exec' })).toBe(true);
    expect(received[0]).toMatchObject({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        spec: {
          resourceAttributes: { namespace: 'ci', verb: 'create', resource: 'pods', subresource: 'exec' },
        },
      },
    });
  });

  it.each([
    [{}],
    [{ status: {} }],
    [{ status: { allowed: 'true' } }],
    [{ status: { allowed: false, denied: true } }],
  ])('takes %j for no', async (answer) => {
    const { cluster } = await ask(answer);

    expect(await cluster.isAllowed({ verb: 'get', resource: 'pods' })).toBe(false);
  });
});
