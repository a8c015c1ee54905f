// Our own client on a true API server: what the fake one of its unit tests cannot know. Same cluster as the other suites here.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster, ExecOptions, Pod } from '../../src/cluster/cluster.ts';
import { connect } from '../../src/cluster/kubernetes/connection/connect.ts';
import { resolveConnection } from '../../src/cluster/kubernetes/connection/resolve-connection.ts';
import {
  type ClusterUnderTest,
  kubeconfigThrough,
  serverAddress,
  startClusterUnderTest,
  whyNoCluster,
} from './cluster-under-test.ts';
import { startCutProxy } from './cut-proxy.ts';

const reason = await whyNoCluster();
if (reason) console.warn(`SKIPPED: the client's suite needs a cluster; ${reason}`);

const run = randomBytes(4).toString('hex');
const label = `client-test=${run}`;
const mebibyte = 1024 * 1024;

let place: ClusterUnderTest;
let cluster: Cluster;
let pod: Pod;

beforeAll(async () => {
  if (reason) return;
  place = await startClusterUnderTest();
  cluster = await clusterOf(place.kubeconfig);
  pod = await runningPod('main');
});

afterAll(async () => {
  if (reason) return;
  for (const { metadata } of await cluster.listPods(label))
    await cluster.deletePod(metadata, { gracePeriodSeconds: 0 });
  cluster.close();
  await place.stop();
});

async function clusterOf(kubeconfig: string): Promise<Cluster> {
  return connect(await resolveConnection({ kubeconfig, namespace: place.namespace, env: {} }), { env: {} });
}

/** Meets Pod Security `restricted`. */
function manifest(name: string, spec: object = {}) {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const container = {
    name: 'build',
    image: place.buildImage,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', 'echo begun; while :; do sleep 1; done'],
    securityContext,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `client-${run}-${name}`, labels: { 'client-test': run } },
    spec: {
      containers: [container],
      hostUsers: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      activeDeadlineSeconds: 600,
      ...spec,
    },
  };
}

async function runningPod(name: string): Promise<Pod> {
  const made = await cluster.createPod(manifest(name));
  for await (const change of cluster.watchPod(made.metadata.name, { signal: AbortSignal.timeout(30_000) })) {
    if (change.kind === 'changed' && change.pod.status?.phase === 'Running') return change.pod;
  }
  throw new Error(`${made.metadata.name} does not run`);
}

async function exec(request: Partial<ExecOptions>, on = cluster) {
  const heard = { stdout: Buffer.alloc(0), stderr: '' };
  const chunks: Buffer[] = [];
  const end = await on.exec({
    pod: pod.metadata.name,
    container: 'build',
    command: ['true'],
    stdin: new Uint8Array(),
    stdout: (bytes) => {
      chunks.push(Buffer.from(bytes));
      return undefined;
    },
    stderr: (bytes) => {
      heard.stderr += Buffer.from(bytes).toString();
      return undefined;
    },
    ...request,
  });
  return { ...heard, stdout: Buffer.concat(chunks), end };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(reason)('the client on a true API server', () => {
  it("the client knows the server's version and its own rights", async () => {
    expect((await cluster.serverVersion()).minor).toBeGreaterThanOrEqual(25);
    expect(await cluster.isAllowed({ verb: 'create', resource: 'pods', subresource: 'exec' })).toBe(true);
  });

  it('the client reads back what was made, and makes nothing in a dry run', async () => {
    expect(pod.spec.hostUsers).toBe(false);
    expect((await cluster.getPod(pod.metadata.name))?.metadata.uid).toBe(pod.metadata.uid);

    await cluster.createPod(manifest('dry'), { dryRun: true });

    expect(await cluster.getPod(`client-${run}-dry`)).toBeNull();
  });

  it.each([
    [0, 'true'],
    [1, 'exit 1'],
    [255, 'exit 255'],
    [137, 'kill -9 $$'],
  ])('the client receives exit code %i', async (code, script) => {
    expect((await exec({ command: ['sh', '-c', script] })).end).toEqual({ kind: 'exited', code });
  });

  it('the client carries bytes both ways unchanged', async () => {
    const bytes = randomBytes(3 * mebibyte + 1);

    const { end, stdout, stderr } = await exec({ command: ['sh', '-c', 'cat; echo done >&2'], stdin: bytes });

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect([sha256(stdout), stderr]).toEqual([sha256(bytes), 'done\n']);
  });

  it('the client waits for a slow reader without losing a byte', async () => {
    let taken = 0;
    const stdout = async (bytes: Uint8Array): Promise<void> => {
      if (taken === 0) await new Promise((resolve) => setTimeout(resolve, 1000));
      taken += bytes.byteLength;
    };

    const { end } = await exec({ command: ['head', '-c', `${16 * mebibyte}`, '/dev/zero'], stdout });

    expect([end, taken]).toEqual([{ kind: 'exited', code: 0 }, 16 * mebibyte]);
  });

  it('the client reports what is no exit code as such', async () => {
    expect((await exec({ command: ['no-such-program'] })).end.kind).toMatch(/failed|refused/);
    expect((await exec({ container: 'nobody' })).end).toMatchObject({ kind: 'refused', httpStatus: 400 });
    expect((await exec({ pod: `client-${run}-nobody` })).end).toMatchObject({
      kind: 'refused',
      httpStatus: 404,
    });
  });

  it('the client loses a cut connection and nothing else, and works over a new one', async () => {
    const proxy = await startCutProxy(serverAddress(place));
    const through = await clusterOf(kubeconfigThrough(place, proxy.port));
    try {
      const cut = setTimeout(() => proxy.cut('RST'), 700);
      const { end, stdout } = await exec({ command: ['sh', '-c', 'echo before; sleep 30'] }, through);
      clearTimeout(cut);

      expect(end.kind).toBe('lost');
      expect(stdout.toString()).toBe('before\n');
      expect((await exec({}, through)).end).toEqual({ kind: 'exited', code: 0 });
    } finally {
      through.close();
      await proxy.close();
    }
  });

  it('the client notices a connection that went silent, by its pings', async () => {
    const proxy = await startCutProxy(serverAddress(place));
    const kubeconfig = kubeconfigThrough(place, proxy.port);
    const connection = await resolveConnection({ kubeconfig, namespace: place.namespace, env: {} });
    const through = connect(connection, { env: {}, limits: { pingMilliseconds: 500 } });
    try {
      const silence = setTimeout(() => proxy.silence(), 1500);
      const { end, stdout } = await exec({ command: ['sh', '-c', 'echo before; sleep 30'] }, through);
      clearTimeout(silence);

      expect(end).toEqual({ kind: 'lost', message: 'the API server does not answer any more' });
      expect(stdout.toString()).toBe('before\n');
    } finally {
      through.close();
      await proxy.close();
    }
  });

  it('the client delivers the pod’s events and its log', async () => {
    const reasons: string[] = [];
    for await (const { reason: why } of cluster.watchEvents(pod.metadata, {
      signal: AbortSignal.timeout(10_000),
    })) {
      reasons.push(why);
      if (why === 'Started') break;
    }

    expect(reasons).toContain('Started');
    expect(await cluster.readLog({ pod: pod.metadata.name, container: 'build' }, { tailLines: 5 })).toBe(
      'begun\n',
    );
    expect(await cluster.readLog({ pod: `client-${run}-nobody`, container: 'build' }, { tailLines: 5 })).toBe(
      '',
    );
  });

  it('the client gives a secret to a pod, deletes by uid only, and sees the pod go', async () => {
    const owner = await runningPod('owner');
    const secret = await cluster.createSecret({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `client-${run}`, labels: { 'client-test': run } },
      stringData: { word: 'hidden' },
    });
    await cluster.adoptSecret(secret, owner.metadata);
    expect(await cluster.listSecrets(label)).toMatchObject([{ ...secret, ownerUid: owner.metadata.uid }]);

    const { name } = owner.metadata;
    expect(await cluster.deletePod({ name, uid: pod.metadata.uid })).toBe('not-found');
    const gone = watchUntilGone(name);
    expect(await cluster.deletePod(owner.metadata, { gracePeriodSeconds: 0 })).toBe('deleting');
    await gone;
    expect(await cluster.deletePod(owner.metadata)).toBe('not-found');
    expect(await cluster.deleteSecret({ ...secret, uid: pod.metadata.uid })).toBe('not-found');
  });

  it('the client explains a refusal', async () => {
    await expect(cluster.createPod(manifest('main'))).rejects.toMatchObject({ code: 'conflict' });
    await expect(cluster.createPod(manifest('NO'))).rejects.toMatchObject({ code: 'invalid-manifest' });
    const root = await resolveConnection({
      kubeconfig: place.kubeconfig,
      namespace: place.namespace,
      env: {},
    });
    const stranger = connect({ ...root, credentials: { kind: 'none' } }, { env: {} });
    await expect(stranger.listPods(label)).rejects.toMatchObject({ code: 'unauthorized' });
    stranger.close();
  });
});

async function watchUntilGone(name: string): Promise<void> {
  for await (const { kind } of cluster.watchPod(name, { signal: AbortSignal.timeout(30_000) })) {
    if (kind === 'gone') return;
  }
  throw new Error(`${name} is still there`);
}
