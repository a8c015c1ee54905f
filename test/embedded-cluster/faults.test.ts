// Every fault does what its name says, to clients that only see the wire.
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { callApi } from './client/call-api.ts';
import { createPod, idle, podManifest, readyPod } from './client/pods.ts';
import { firstOutput, openExec, runExec } from './client/run-exec.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { isOver, isReady, untilGone, untilPod, watchPath } from './client/watch-pod.ts';
import type { Pod } from './pod/pod.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();
const target = { pod: 'steady', container: 'main' };

async function createPullSecret(cluster: EmbeddedCluster, name: string, config: object): Promise<void> {
  const body = {
    metadata: { name },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': JSON.stringify(config) },
  };
  await callApi(cluster, 'POST', 'secrets', { body });
}

describe('faults', () => {
  let cluster: EmbeddedCluster;
  let number = 0;
  const newName = (): string => `f${++number}`;
  beforeAll(async () => {
    cluster = await startEmbeddedCluster({ pullBackOffMs: 100 });
    await readyPod(cluster, 'steady');
  });
  afterEach(() => cluster.faults.clear());
  afterAll(() => cluster.stop());

  const waitingOf = (pod: Pod) => {
    const state = pod.status.containerStatuses?.[0]?.state;
    return state && 'waiting' in state ? state.waiting : null;
  };
  const counting = [
    'sh',
    '-c',
    'i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo "line $i"; sleep 0.02; done; echo ran >/tmp/ran',
  ];

  describe('of exec', () => {
    it.each(['fin', 'rst'] as const)('an exec is cut with %s, and its process continues', async (how) => {
      const { socket, result } = await openExec(cluster, target, [
        'sh',
        '-c',
        `sleep 0.3; echo ${how} >/tmp/cut`,
      ]);
      expect(await cluster.faults.cutExecs({ how })).toBe(1);
      const { closeCode, status } = await result;
      await new Promise((later) => setTimeout(later, 500));

      expect(closeCode).toBe(1006);
      expect(status).toBeNull();
      expect(socket.readyState).toBe(socket.CLOSED);
      expect((await runExec(cluster, target, ['cat', '/tmp/cut'])).stdout).toBe(`${how}\n`);
    });

    it('an exec is cut after a number of bytes of output, exactly', async () => {
      await cluster.faults.cutNextExecs({ outputBytes: 1234, how: 'fin' });
      const cut = await runExec(cluster, target, ['head', '-c', '5000', '/dev/zero']);
      const whole = await runExec(cluster, target, ['head', '-c', '5000', '/dev/zero']);

      expect(cut).toMatchObject({ closeCode: 1006, status: null });
      expect(cut.stdout.length).toBe(1234);
      expect(whole.stdout.length).toBe(5000);
    });

    it('an exec is cut after a number of frames of stdin', async () => {
      await cluster.faults.cutNextExecs({ stdinFrames: 2 });
      const { socket, result } = await openExec(cluster, { ...target, protocol: 'v4.channel.k8s.io' }, [
        'sh',
        '-c',
        'cat >/tmp/in; touch /tmp/in-over',
      ]);
      for (const word of ['one', 'two', 'three']) socket.send(`\0${word}`);
      expect((await result).closeCode).toBe(1006);

      expect(
        (
          await runExec(cluster, target, [
            'sh',
            '-c',
            'while [ ! -e /tmp/in-over ]; do sleep 0.05; done; cat /tmp/in',
          ])
        ).stdout,
      ).toBe('onetwo');
    });

    it('a frozen exec brings no byte, no pong and no close until thawed', async () => {
      const { socket, result } = await openExec(cluster, target, counting);
      await firstOutput(socket);
      await cluster.faults.freezeExecs({ pod: 'steady' });
      let pongs = 0;
      socket.on('pong', () => {
        pongs += 1;
      });
      socket.ping();
      await new Promise((later) => setTimeout(later, 300));
      expect(pongs).toBe(0);
      expect(socket.readyState).toBe(socket.OPEN);
      await cluster.faults.thawExecs();

      expect((await result).stdout.split('\n')).toHaveLength(101);
      expect(pongs).toBe(1);
    });

    it('an exec reports Success for a script that still runs', async () => {
      await runExec(cluster, target, ['rm', '-f', '/tmp/ran']);
      const { socket, result } = await openExec(cluster, target, [
        'sh',
        '-c',
        'trap "" PIPE; echo begun; sleep 0.5; echo ran >/tmp/ran; exit 5',
      ]);
      await firstOutput(socket);
      await cluster.faults.pretendSuccess();
      const { code, closeCode } = await result;
      expect([code, closeCode]).toEqual([0, 1000]);
      await new Promise((later) => setTimeout(later, 800));

      expect((await runExec(cluster, target, ['cat', '/tmp/ran'])).stdout).toBe('ran\n');
    });

    it('an exec is refused before the upgrade', async () => {
      await cluster.faults.refuse({ resource: 'pods', subresource: 'exec', status: 500, times: 2 });

      for (let times = 0; times < 2; times += 1)
        await expect(runExec(cluster, target, ['true'])).rejects.toThrow(/^500 .*error dialing backend/);
      expect((await runExec(cluster, target, ['true'])).code).toBe(0);
    });
  });

  describe('of requests', () => {
    it.each([401, 403, 404, 409, 429, 500, 503] as const)(
      'the API server answers with %i as often as asked to',
      async (status) => {
        await cluster.faults.refuse({ verb: 'get', resource: 'pods', status, retryAfterSeconds: 7 });
        const refused = await callApi(cluster, 'GET', 'pods/steady');

        expect(refused.status).toBe(status);
        expect(refused.body).toMatchObject({ kind: 'Status', status: 'Failure', code: status });
        expect(refused.headers['retry-after']).toBe('7');
        expect((await callApi(cluster, 'GET', 'pods/steady')).status).toBe(200);
      },
    );

    it('a rule hits only its verb, resource and name', async () => {
      await cluster.faults.refuse({ verb: 'delete', resource: 'pods', name: 'steady', status: 503 });

      expect((await callApi(cluster, 'GET', 'pods/steady')).status).toBe(200);
      expect((await callApi(cluster, 'DELETE', 'pods/other')).status).toBe(404);
      expect((await callApi(cluster, 'DELETE', 'pods/steady')).status).toBe(503);
    });

    it('the quota is exhausted until cleared', async () => {
      await cluster.faults.exhaustQuota();
      const { status, body } = await callApi(cluster, 'POST', 'pods', {
        body: podManifest(cluster, newName()),
      });

      expect(status).toBe(403);
      expect(body.message).toMatch(/exceeded quota: .*requested: .*used: .*limited: /);
    });

    it('watches end with 410, or without a word', async () => {
      const [expired, cut] = [watchPath(cluster, 'pods?watch=1'), watchPath(cluster, 'pods?watch=1')];
      await Promise.all([expired.next(), cut.next()]);
      expect(await cluster.faults.expireWatches()).toBe(2);

      expect((await expired.next()).value).toMatchObject({ type: 'ERROR', object: { code: 410 } });
      const next = watchPath(cluster, 'pods?watch=1');
      await next.next();
      expect(await cluster.faults.cutWatches()).toBe(1);
      await expect(next.next()).rejects.toThrow(/aborted/);
    });

    it('a hanging API server keeps connections, answers nothing, and its pods continue', async () => {
      const { socket, result } = await openExec(cluster, target, counting);
      await firstOutput(socket);
      let messages = 0;
      await cluster.hang({ ms: 1000 });
      // What was under way.
      await new Promise((later) => setTimeout(later, 200));
      socket.on('message', () => {
        messages += 1;
      });
      await new Promise((later) => setTimeout(later, 300));
      expect(messages).toBe(0);

      expect((await result).stdout.split('\n')).toHaveLength(101);
      expect((await callApi(cluster, 'GET', 'pods/steady')).status).toBe(200);
    });

    it('the API server goes away and comes back on the same port, with its pods', async () => {
      const { result } = await openExec(cluster, target, ['sleep', '1']);
      await cluster.faults.apiAway({ ms: 300 });

      expect((await result).closeCode).toBe(1006);
      await expect(callApi(cluster, 'GET', 'pods/steady')).rejects.toThrow(/ECONNREFUSED/);
      await new Promise((later) => setTimeout(later, 600));
      expect((await callApi(cluster, 'GET', 'pods/steady')).body['status']).toMatchObject({
        phase: 'Running',
      });
    });
  });

  describe('of new pods', () => {
    it('a pod finds no node until cleared', async () => {
      const name = newName();
      await cluster.faults.keepPending({ message: '0/1 nodes are available: 1 Too many pods.' });
      await createPod(cluster, name);
      const pod = await untilPod(cluster, name, ({ status }) => status.conditions !== undefined);
      expect(pod.status.conditions).toMatchObject([
        {
          type: 'PodScheduled',
          reason: 'Unschedulable',
          message: '0/1 nodes are available: 1 Too many pods.',
        },
      ]);
      await cluster.faults.clear();

      await untilPod(cluster, name, isReady);
    });

    it.each([
      ['not-found', /not found/],
      ['denied', /pull access denied/],
      ['too-many-requests', /429 Too Many Requests/],
      ['unavailable', /503 Service Unavailable/],
      [{ message: 'x509: certificate signed by unknown authority' }, /x509/],
    ] as const)(
      'a pod cannot pull (%j), shows it in state and events, and can later',
      async (failure, words) => {
        const name = newName();
        await cluster.faults.pulls({ image: cluster.buildImage, failure, times: 2 });
        await createPod(cluster, name);
        const first = await untilPod(cluster, name, (pod) => waitingOf(pod)?.reason === 'ErrImagePull');
        expect(waitingOf(first)?.message).toMatch(words);
        const second = await untilPod(cluster, name, (pod) => waitingOf(pod)?.reason === 'ImagePullBackOff');
        expect(waitingOf(second)?.message).toMatch(words);
        await untilPod(cluster, name, isReady);
        const { body } = await callApi(cluster, 'GET', `events?fieldSelector=involvedObject.name%3D${name}`);

        expect(new Set(body.items?.map((event) => event['reason']))).toEqual(
          new Set(['Scheduled', 'Pulling', 'Failed', 'BackOff', 'Pulled', 'Created', 'Started']),
        );
      },
    );

    it('a pod pulls with the right credentials only', async () => {
      const [without, withSecret] = [newName(), newName()];
      await cluster.faults.pulls({
        image: cluster.buildImage,
        requires: { username: 'ci', password: 'pass:word' },
      });
      const auths = { 'registry.example.org': { auth: Buffer.from('ci:pass:word').toString('base64') } };
      await createPullSecret(cluster, 'pull', { auths });
      await createPod(cluster, without);
      const denied = await untilPod(cluster, without, (pod) => waitingOf(pod)?.reason === 'ErrImagePull');

      expect(waitingOf(denied)?.message).toMatch(/pull access denied/);
      await readyPod(cluster, withSecret, { imagePullSecrets: [{ name: 'pull' }] });
    });

    // The words of a kubelet of 1.36, which decodes every entry before it looks for one.
    it.each([
      [{ auth: 'not base64!' }, 'illegal base64 data at input byte 3'],
      [
        { auth: Buffer.from('nocolon').toString('base64') },
        'unable to parse auth field, must be formatted as base64(username:password)',
      ],
      [
        { auth: 7 },
        'json: cannot unmarshal number into Go struct field DockerConfigJSON.auths.auth of type string',
      ],
    ])(
      'a pod pulls nothing with a pull secret that has an entry %j, whatever it is for',
      async (entry, words) => {
        const name = newName();
        await createPullSecret(cluster, name, { auths: { 'elsewhere.example.org': entry } });
        await createPod(cluster, name, { imagePullSecrets: [{ name }] });
        const pod = await untilPod(cluster, name, (it) => waitingOf(it)?.reason === words);

        expect(waitingOf(pod)).toEqual({ reason: words, message: words });
      },
    );

    it('a pod names the pull secrets that are missing, and pulls without them', async () => {
      const name = newName();
      await readyPod(cluster, name, { imagePullSecrets: [{ name: 'absent' }] });
      const { body } = await callApi(cluster, 'GET', `events?fieldSelector=involvedObject.name%3D${name}`);

      expect(body.items?.map((event) => event['message'])).toContain(
        'Unable to retrieve some image pull secrets (absent); attempting to pull the image may not succeed.',
      );
    });

    it('a container waits for any reason', async () => {
      const name = newName();
      const failure = { reason: 'NewReason', message: 'in new words' };
      await cluster.faults.pulls({ image: cluster.buildImage, failure, times: 2 });
      await createPod(cluster, name);
      const pod = await untilPod(cluster, name, (it) => waitingOf(it)?.reason === 'NewReason');

      expect(waitingOf(pod)).toEqual(failure);
      await untilPod(cluster, name, isReady);
    });

    it('a pull is slow', async () => {
      const name = newName();
      await cluster.faults.pulls({ image: cluster.buildImage, delayMs: 60_000 });
      await createPod(cluster, name);
      await untilPod(cluster, name, ({ status }) => status.podIP !== undefined);
      const { body } = await callApi(cluster, 'GET', `events?fieldSelector=involvedObject.name%3D${name}`);
      expect(body.items?.map((event) => event['reason'])).toEqual(['Scheduled', 'Pulling']);
      await callApi(cluster, 'DELETE', `pods/${name}`);

      await untilGone(cluster, name);
    });

    it.each([
      ['registry.example.org/unknown:1', 'ErrImagePull', /registry\.example\.org\/unknown:1: not found/],
      ['Not/AName', 'InvalidImageName', /repository name .* must be lowercase/],
    ])('a registry has no image %s', async (image, reason, words) => {
      const name = newName();
      await createPod(cluster, name, { containers: [{ name: 'main', image }] });
      const pod = await untilPod(cluster, name, (it) => waitingOf(it)?.reason === reason);

      expect(waitingOf(pod)?.message).toMatch(words);
    });

    it('a node finds a pulled image again, and none that it may not pull', async () => {
      const [never, present] = [newName(), newName()];
      await createPod(cluster, never, {
        containers: [{ name: 'main', image: cluster.helperImage, imagePullPolicy: 'Never' }],
      });
      const pod = await untilPod(cluster, never, (it) => waitingOf(it)?.reason === 'ErrImageNeverPull');
      expect(waitingOf(pod)?.message).toContain('is not present with pull policy of Never');
      await readyPod(cluster, present, { containers: [{ name: 'main', imagePullPolicy: 'IfNotPresent' }] });
      const { body } = await callApi(cluster, 'GET', `events?fieldSelector=involvedObject.name%3D${present}`);

      expect(JSON.stringify(body.items)).toContain('already present on machine');
    });

    it('a pod loses hostUsers on the way in, and gains a container', async () => {
      const name = newName();
      await cluster.faults.dropHostUsers();
      await cluster.faults.injectContainer({
        container: { name: 'sidecar', image: cluster.buildImage, command: idle },
      });
      const { body } = await callApi(cluster, 'POST', 'pods', { body: podManifest(cluster, name) });
      const spec = body['spec'] as Pod['spec'];

      expect(spec).not.toHaveProperty('hostUsers');
      expect(spec.containers.map((container) => container.name)).toEqual(['main', 'sidecar']);
      const next = await callApi(cluster, 'POST', 'pods', { body: podManifest(cluster, newName()) });
      expect(next.body['spec']).toMatchObject({ hostUsers: false, containers: [{ name: 'main' }] });
    });
  });

  describe('of running pods', () => {
    it('a running pod is evicted', async () => {
      const name = newName();
      await readyPod(cluster, name);
      await cluster.faults.evict({ pod: name });
      const pod = await untilPod(cluster, name, isOver);

      expect(pod.status).toMatchObject({
        phase: 'Failed',
        reason: 'Evicted',
        message: expect.stringContaining('low on resource: memory'),
      });
      expect(pod.status.conditions).toContainEqual(
        expect.objectContaining({ type: 'DisruptionTarget', reason: 'TerminationByKubelet' }),
      );
    });

    it('a running pod is deleted from outside', async () => {
      const name = newName();
      await readyPod(cluster, name);
      const { result } = await openExec(cluster, { pod: name, container: 'main' }, ['sleep', '100']);
      await cluster.faults.deletePod({ pod: name });
      await untilGone(cluster, name);

      expect((await result).code).not.toBe(0);
    });

    it('one process is killed as by the kernel for memory, and the rest is spared', async () => {
      const { result } = await openExec(cluster, target, ['sh', '-c', 'n=1234; sleep $n; echo "child: $?"']);
      let running: readonly { readonly command: string }[] = [];
      while (!running.some(({ command }) => command === 'sleep 1234'))
        running = await cluster.processes('steady', 'main');
      expect(await cluster.faults.oomKillProcess({ ...target, command: 'sleep 1234' })).toMatchObject({
        killed: 'sleep 1234',
      });

      expect((await result).stdout).toContain('child: 137');
      expect((await callApi(cluster, 'GET', 'pods/steady')).body['status']).toMatchObject({
        phase: 'Running',
      });
    });

    it('a running pod loses its node', async () => {
      const name = newName();
      await readyPod(cluster, name);
      await cluster.faults.loseNode({ pod: name });
      const pod = await untilPod(cluster, name, ({ status }) => status.reason !== undefined);

      expect(pod.status).toMatchObject({ phase: 'Unknown', reason: 'NodeLost' });
      await expect(runExec(cluster, { pod: name, container: 'main' }, ['true'])).rejects.toThrow(
        /^500 .*no route to host/,
      );
      await callApi(cluster, 'DELETE', `pods/${name}`);
      expect((await callApi(cluster, 'GET', `pods/${name}`)).status).toBe(200);
      await callApi(cluster, 'DELETE', `pods/${name}?gracePeriodSeconds=0`);
      expect((await callApi(cluster, 'GET', `pods/${name}`)).status).toBe(404);
    });

    it('a running pod is preempted', async () => {
      const name = newName();
      await readyPod(cluster, name, { terminationGracePeriodSeconds: 1 });
      const seen = untilPod(
        cluster,
        name,
        ({ status }) => status.conditions?.some(({ type }) => type === 'DisruptionTarget') ?? false,
      );
      await new Promise((watching) => setTimeout(watching, 100));
      await cluster.faults.preempt({ pod: name });

      expect((await seen).status.conditions).toContainEqual(
        expect.objectContaining({ type: 'DisruptionTarget', reason: 'PreemptionByScheduler' }),
      );
      await untilGone(cluster, name);
    });

    it('a fault that cannot be is named', async () => {
      await expect(cluster.faults.evict({ pod: 'nobody' })).rejects.toThrow('there is no pod "nobody"');
    });
  });
});
