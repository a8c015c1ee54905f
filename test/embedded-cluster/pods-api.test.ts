// What the API server answers for pods, without looking at what runs: the pods here find no node.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { callApi } from './client/call-api.ts';
import { podManifest } from './client/pods.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { watchPath } from './client/watch-pod.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();

describe('the pod API', () => {
  let cluster: EmbeddedCluster;
  beforeAll(async () => {
    cluster = await startEmbeddedCluster();
    await cluster.faults.keepPending();
  });
  beforeEach(() => callApi(cluster, 'DELETE', 'pods'));
  afterAll(() => cluster.stop());

  const create = (name: string, metadata: object = {}) => {
    const pod = podManifest(cluster, name) as { metadata: object };
    return callApi(cluster, 'POST', 'pods', { body: { ...pod, metadata: { name, ...metadata } } });
  };
  const names = async (query: string): Promise<string[]> => {
    const { body } = await callApi(cluster, 'GET', `pods?${query}`);
    return (body.items ?? []).map(({ metadata }) => metadata.name).sort();
  };

  it('creates a pod with an identity, defaults and hostUsers as sent', async () => {
    const { status, body } = await create('one');

    expect(status).toBe(201);
    expect(body.metadata).toMatchObject({
      name: 'one',
      namespace: 'ci',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(body['spec']).toMatchObject({ hostUsers: false, schedulerName: 'default-scheduler' });
    expect(body['status']).toMatchObject({ phase: 'Pending' });
  });

  it('makes up a name from generateName, another one each time', async () => {
    const pod = podManifest(cluster, '');
    const send = () =>
      callApi(cluster, 'POST', 'pods', { body: { ...pod, metadata: { generateName: 'job-' } } });
    const [first, second] = [await send(), await send()];

    expect(first.body.metadata.name).toMatch(/^job-[a-z0-9]{5}$/);
    expect(second.body.metadata.name).not.toBe(first.body.metadata.name);
  });

  it('refuses a second pod of the same name with 409', async () => {
    await create('one');
    const { status, body } = await create('one');

    expect(status).toBe(409);
    expect(body).toMatchObject({
      kind: 'Status',
      reason: 'AlreadyExists',
      message: 'pods "one" already exists',
    });
  });

  it('makes nothing when asked for a dry run', async () => {
    const body = podManifest(cluster, 'dry');
    const { status } = await callApi(cluster, 'POST', 'pods?dryRun=All', { body });

    expect(status).toBe(201);
    expect((await callApi(cluster, 'GET', 'pods/dry')).status).toBe(404);
  });

  it('names all that is invalid about a pod at once', async () => {
    const body = podManifest(cluster, 'X_', {
      containers: [
        { name: 'a', volumeMounts: [{ name: 'q', mountPath: '/q' }] },
        { name: 'a', image: '' },
        {
          name: 'b',
          env: [
            { name: 'A=', value: 'x' },
            { name: 'A', value: 'x', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
          ],
          envFrom: [{ secretRef: { name: 's' }, configMapRef: { name: 'c' } }],
        },
      ],
      activeDeadlineSeconds: 0,
    });
    const answer = await callApi(cluster, 'POST', 'pods', { body });

    expect(answer.status).toBe(422);
    expect(answer.body.details?.causes?.map(({ field }) => field)).toEqual([
      'metadata.name',
      'spec.containers[0].volumeMounts[0].name',
      'spec.containers[1].name',
      'spec.containers[1].image',
      'spec.containers[2].env[0].name',
      'spec.containers[2].env[1].valueFrom',
      'spec.containers[2].envFrom[0]',
      'spec.activeDeadlineSeconds',
    ]);
  });

  it.each([
    ['a b', "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"],
    ['..a', "must not start with '..'"],
    ['a'.repeat(254), 'must be no more than 253 characters'],
  ])('takes no secret with the key %s', async (key, why) => {
    const answer = await callApi(cluster, 'POST', 'secrets', {
      body: { metadata: { name: 's' }, stringData: { [key]: 'x' } },
    });

    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain(why);
  });

  it('takes no secret above 1 MiB', async () => {
    const [most, more] = [1024 * 1024, 1024 * 1024 + 1].map((size) =>
      callApi(cluster, 'POST', 'secrets', {
        body: { metadata: { name: `s${size}` }, stringData: { a: 'x'.repeat(size) } },
      }),
    );

    expect((await most)?.status).toBe(201);
    expect(await more).toMatchObject({
      status: 422,
      body: { message: `Secret "s1048577" is invalid: data: Too long: may not be more than 1048576 bytes` },
    });
  });

  it.each([
    ['no JSON', 'garbage', 400, /recogni/],
    [
      'another kind',
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } },
      400,
      /cannot be handled as a Pod/,
    ],
    [
      'a wrong type',
      { kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [{ name: 1 }] } },
      400,
      /containers\.0\.name/,
    ],
    [
      'another namespace',
      { metadata: { name: 'x', namespace: 'other' } },
      400,
      /does not match the namespace/,
    ],
    ['no name', { metadata: {} }, 422, /name or generateName is required/],
  ])('refuses %s', async (_what, body, status, message) => {
    const answer = await callApi(cluster, 'POST', 'pods', { body });

    expect(answer.status).toBe(status);
    expect(answer.body.message).toMatch(message);
  });

  it.each([
    ['hostNetwork', { hostNetwork: true }],
    ['restartPolicy', { restartPolicy: 'Always' }],
    ['volume', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }],
    ['privileged', { containers: [{ name: 'a', securityContext: { privileged: true } }] }],
    ['probe', { containers: [{ name: 'a', readinessProbe: { httpGet: { port: 80 } } }] }],
  ])('says that it cannot do %s instead of pretending to', async (what, spec) => {
    const answer = await callApi(cluster, 'POST', 'pods', { body: podManifest(cluster, 'x', spec) });

    expect(answer.status).toBe(403);
    expect(answer.body.message).toMatch(new RegExp(`the embedded cluster cannot do this: .*${what}`));
  });

  it('finds pods by labels and by name', async () => {
    await create('one', { labels: { app: 'x', tier: 'a' } });
    await create('two', { labels: { app: 'x', tier: 'b' } });
    await create('three', { labels: { app: 'y' } });

    expect(await names('labelSelector=app%3Dx')).toEqual(['one', 'two']);
    expect(await names('labelSelector=app%3Dx,tier!%3Da')).toEqual(['two']);
    expect(await names('labelSelector=tier')).toEqual(['one', 'two']);
    expect(await names('labelSelector=app%20in%20(y,z)')).toEqual(['three']);
    expect(await names('fieldSelector=metadata.name%3Dtwo')).toEqual(['two']);
    expect((await callApi(cluster, 'GET', 'pods?labelSelector=!!x')).status).toBe(400);
  });

  it('changes labels by merge patch and strategic merge patch, and never an identity', async () => {
    const { body: pod } = await create('one', { labels: { a: '1' } });
    const patch = (type: string, body: object) =>
      callApi(cluster, 'PATCH', 'pods/one', {
        body,
        headers: { 'content-type': `application/${type}+json` },
      });
    const labels = { b: '2' };
    expect((await patch('merge-patch', { metadata: { labels, uid: 'forged' } })).status).toBe(422);
    expect((await patch('merge-patch', { metadata: { labels, name: 'other' } })).status).toBe(400);
    await patch('merge-patch', { metadata: { labels } });
    const { body } = await patch('strategic-merge-patch', {
      metadata: { labels: { a: null }, annotations: { n: 'v' } },
    });

    expect(body.metadata).toMatchObject({ name: 'one', uid: pod.metadata.uid, annotations: { n: 'v' } });
    expect((body.metadata as { labels?: object }).labels).toEqual(labels);
    expect((await patch('yaml-patch', {})).status).toBe(415);
  });

  it('deletes a pod that runs nowhere at once, and only the one that the caller means', async () => {
    const { body: pod } = await create('one');
    const remove = (uid: string) =>
      callApi(cluster, 'DELETE', 'pods/one', { body: { preconditions: { uid } } });

    const wrong = await remove('another');
    expect(wrong.status).toBe(409);
    expect(wrong.body.message).toContain(
      `the UID in the precondition (another) does not match the UID in record (${pod.metadata.uid})`,
    );
    expect((await remove(pod.metadata.uid)).status).toBe(200);
    expect((await remove(pod.metadata.uid)).status).toBe(404);
  });

  it('deletes by label', async () => {
    await create('one', { labels: { app: 'x' } });
    await create('two', { labels: { app: 'y' } });
    await callApi(cluster, 'DELETE', 'pods?labelSelector=app%3Dx');

    expect(await names('')).toEqual(['two']);
  });

  it('keeps a pending pod unscheduled and says why, in condition and event', async () => {
    const { body } = await create('one');
    const { body: pod } = await callApi(cluster, 'GET', 'pods/one');
    const events = await callApi(
      cluster,
      'GET',
      `events?fieldSelector=involvedObject.uid%3D${body.metadata.uid}`,
    );

    expect(pod['status']).toMatchObject({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
    });
    expect(events.body.items?.map((event) => event['reason'])).toEqual(['FailedScheduling']);
  });

  it('watches: first what is there, then what happens, or from a version on', async () => {
    const { body: one } = await create('one');
    const fromStart = watchPath(cluster, 'pods?watch=1&fieldSelector=metadata.name%3Done');
    expect((await fromStart.next()).value).toMatchObject({
      type: 'ADDED',
      object: { metadata: { name: 'one' } },
    });
    await create('two');
    await callApi(cluster, 'DELETE', 'pods/one');
    const seen: string[] = [];
    for await (const { type, object } of fromStart) {
      seen.push(`${type} ${object.metadata.name}`);
      if (type === 'DELETED') break;
    }
    expect(new Set(seen)).toEqual(new Set(['MODIFIED one', 'DELETED one']));

    const since = watchPath(cluster, `pods?watch=1&resourceVersion=${one.metadata.resourceVersion}`);
    const later: string[] = [];
    for await (const { type, object } of since) {
      later.push(`${type} ${object.metadata.name}`);
      if (type === 'DELETED') break;
    }
    expect(later).toContain('ADDED two');
    expect(later).not.toContain('ADDED one');
  });

  it('sees an object that stops matching the selector of a watch as deleted', async () => {
    await create('one', { labels: { app: 'x' } });
    const watch = watchPath(cluster, 'pods?watch=1&labelSelector=app%3Dx');
    await watch.next();
    await callApi(cluster, 'PATCH', 'pods/one', {
      body: { metadata: { labels: { app: 'y' } } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    for await (const { type } of watch) {
      if (type !== 'MODIFIED') {
        expect(type).toBe('DELETED');
        break;
      }
    }
  });

  it('answers a watch from a forgotten version with 410', async () => {
    const { body } = await create('one');
    await cluster.faults.expireWatches();
    const watch = watchPath(
      cluster,
      `pods?watch=1&resourceVersion=${Number(body.metadata.resourceVersion) - 1}`,
    );

    expect((await watch.next()).value).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired' },
    });
    expect((await watch.next()).done).toBe(true);
  });

  it.each(['/openapi/v3', '/openapi/v2', '/apis/apps/v1', 'deployments', 'pods/one/attach'])(
    'has no %s and says so with a Status',
    async (path) => {
      const { status, body } = await callApi(cluster, 'GET', path);

      expect(status).toBe(404);
      expect(body).toMatchObject({ kind: 'Status', reason: 'NotFound' });
    },
  );
});
