// @kubernetes/client-node, the other independent client.
import { PassThrough, Readable } from 'node:stream';
import { CoreV1Api, Exec, KubeConfig, Log, type V1Status, Watch } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { podManifest } from './client/pods.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { isReady, untilPod } from './client/watch-pod.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();

describe('client-node', () => {
  let cluster: EmbeddedCluster;
  const config = new KubeConfig();
  let api: CoreV1Api;
  beforeAll(async () => {
    cluster = await startEmbeddedCluster();
    config.loadFromFile(cluster.kubeconfigFile);
    api = config.makeApiClient(CoreV1Api);
  });
  afterAll(() => cluster.stop());

  it('creates, reads, watches and deletes a pod', async () => {
    const events: string[] = [];
    const watch = await new Watch(config).watch(
      '/api/v1/namespaces/ci/pods',
      {},
      (type) => events.push(type),
      () => undefined,
    );
    await api.createNamespacedPod({ namespace: 'ci', body: podManifest(cluster, 'p') });
    await untilPod(cluster, 'p', isReady);
    const pod = await api.readNamespacedPod({ namespace: 'ci', name: 'p' });
    await api.deleteNamespacedPod({
      namespace: 'ci',
      name: 'p',
      propagationPolicy: 'Background',
    });
    while (!events.includes('DELETED')) await new Promise((later) => setTimeout(later, 20));
    watch.abort();

    expect(pod.spec?.hostUsers).toBe(false);
    expect(pod.status?.startTime).toBeInstanceOf(Date);
    expect([events[0], events.at(-1)]).toEqual(['ADDED', 'DELETED']);
    expect(new Set(events.slice(1, -1))).toEqual(new Set(['MODIFIED']));
    await expect(api.readNamespacedPod({ namespace: 'ci', name: 'p' })).rejects.toMatchObject({ code: 404 });
  });

  it('runs a command with stdin to its end, and reads a log', async () => {
    await api.createNamespacedPod({
      namespace: 'ci',
      body: podManifest(cluster, 'e', {
        containers: [{ name: 'main', command: ['sh', '-c', 'echo logged; sleep 100'] }],
      }),
    });
    await untilPod(cluster, 'e', isReady);
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(config)
        .exec(
          'ci',
          'e',
          'main',
          ['sh', '-c', 'cat; exit 4'],
          stdout,
          stderr,
          Readable.from([Buffer.from('piped')]),
          false,
          resolve,
        )
        .catch(reject);
    });
    const log = new PassThrough();
    await new Log(config).log('ci', 'e', 'main', log, { tailLines: 1 });

    expect(status).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ message: '4' }] },
    });
    expect((stdout.read() as Buffer).toString()).toBe('piped');
    for await (const chunk of log as AsyncIterable<Buffer>) expect(chunk.toString()).toBe('logged\n');
  });
});
