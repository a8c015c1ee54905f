// Who gets in, and what the client may do.
import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callApi } from './client/call-api.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();

describe('access to the API server', () => {
  let cluster: EmbeddedCluster;
  beforeAll(async () => {
    cluster = await startEmbeddedCluster({
      denials: [{ verb: 'create', resource: 'pods', subresource: 'exec' }],
    });
  });
  afterAll(() => cluster.stop());

  const get = (headers: Record<string, string>) => callApi(cluster, 'GET', 'pods', { headers });

  it('the API server shows a certificate of its own authority and no other', async () => {
    const connect = (ca: string | undefined): Promise<string> =>
      new Promise((resolve) => {
        request(`${cluster.server}/version`, { ...(ca === undefined ? {} : { ca }), agent: false }, () =>
          resolve('trusted'),
        )
          .on('error', (error) => resolve(error.message))
          .end();
      });

    expect(await connect(cluster.certificateAuthorityPem)).toBe('trusted');
    expect(await connect(undefined)).toMatch(/certificate/);
  });

  it.each([
    ['no token', { authorization: '' }, 401],
    ['a wrong token', { authorization: 'Bearer wrong' }, 401],
    ['another scheme', { authorization: 'Basic YTpi' }, 401],
    ['a web page', { origin: 'https://example.com' }, 403],
    ['a foreign name for this address', { host: 'rebound.example.com' }, 403],
  ])('the API server refuses %s', async (_who, headers, status) => {
    const answer = await get(headers);

    expect(answer.status).toBe(status);
    expect(answer.body.kind).toBe('Status');
  });

  it('the kubeconfig is for its owner only, and has the namespace', () => {
    const kubeconfig = JSON.parse(readFileSync(cluster.kubeconfigFile, 'utf8')) as object;

    expect(statSync(cluster.kubeconfigFile).mode & 0o777).toBe(0o600);
    expect(kubeconfig).toMatchObject({
      kind: 'Config',
      contexts: [{ context: { namespace: 'ci' } }],
      users: [{ user: { token: cluster.token } }],
    });
  });

  it('what is denied is refused in the words of a real server, and a review says the same', async () => {
    const review = async (subresource: string) => {
      const resourceAttributes = { verb: 'create', resource: 'pods', subresource, namespace: 'ci' };
      const { body } = await callApi(
        cluster,
        'POST',
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        {
          body: { spec: { resourceAttributes } },
        },
      );
      return (body['status'] as { allowed: boolean }).allowed;
    };
    const answer = await callApi(cluster, 'POST', 'pods/one/exec?container=main&stdout=1');

    expect(answer.status).toBe(403);
    expect(answer.body.message).toMatch(
      /^pods "one" is forbidden: User "[^"]+" cannot create resource "pods\/exec" in API group "" in the namespace "ci"$/,
    );
    expect(await review('exec')).toBe(false);
    expect(await review('log')).toBe(true);
  });

  it('a rotated token is accepted, and the old one forgotten', async () => {
    const { token } = await cluster.faults.rotateToken();

    expect((await get({})).status).toBe(401);
    expect((await get({ authorization: `Bearer ${token}` })).status).toBe(200);
    expect(readFileSync(cluster.tokenFile, 'utf8')).toBe(token);
  });
});
