import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../cluster/kubectl.ts';
import type { ClusterOptions } from '../embedded-cluster/options.ts';
import { attackSuite } from './attack-suite.ts';

const label = 'app.kubernetes.io/managed-by=gitlab-pod-executor';

// From 1.33 on the API server keeps a promise of its own; an older one may do either without a word.
const liars: readonly (readonly [string, ClusterOptions])[] = [
  ['an API server that drops hostUsers', { ignoresHostUsers: 'drops-field' }],
  ['a node that ignores hostUsers', { ignoresHostUsers: 'keeps-field' }],
  [
    'an old API server that drops hostUsers',
    { ignoresHostUsers: 'drops-field', kubernetesVersion: 'v1.31.0' },
  ],
  ['an old node that ignores hostUsers', { ignoresHostUsers: 'keeps-field', kubernetesVersion: 'v1.31.0' }],
];

/** Told of by whatever runs in a pod: it is the one thing of this machine that a pod reaches, beside GitLab. */
const told: string[] = [];
const witness = await listen((path) => told.push(path));
const { port } = witness.address() as AddressInfo;
afterAll(() => {
  witness.close();
});

describe.each(liars)('on %s no byte runs without a user namespace', async (name, options) => {
  const { reason, cluster } = await attackSuite(`no byte runs on ${name}`, {
    embedded: 'a cluster that does not make user namespaces',
    options: { ...options, reachable: [{ hostPort: port }] },
  });
  beforeAll(() => {
    told.length = 0;
  });
  const tell = (who: string): string => `wget -q -O - http://127.0.0.1:${port}/${who} || true`;
  // A newer API server promises that a service's namespace is there; ours breaks no promise but that of the pod's first containers.
  const services = options.kubernetesVersion
    ? () => [{ name: cluster().busyboxImage, command: ['sh', '-c', `${tell('service')}; sleep 60`] }]
    : () => [];

  // @promise setting: an API server or a webhook drops `hostUsers`
  it.skipIf(reason)('the job ends as a system failure that says so, and no pod stays', async () => {
    const result = await cluster().run({
      image: cluster().busyboxImage,
      services: services(),
      script: [tell('script')],
      after_script: [tell('after-script')],
    });
    expect(result).toMatchObject({ state: 'failed', failureReason: 'runner_system_failure' });
    expect(result.readableTrace).toMatch(/ERROR: .*user namespace/);
    expect(result.calls.some(({ name: stage }) => stage === 'run')).toBe(false);
    expect(told).toEqual([]);
    const left = (): string => kubectl(cluster(), 'get', 'pods', '-l', label, '-o', 'name');
    await expect.poll(left, { timeout: 20_000 }).toBe('');
  });

  it.skipIf(reason)(
    'the same job runs under `user_namespaces: unproven`: the test would see it',
    async () => {
      const result = await cluster().run(
        { image: cluster().busyboxImage, services: services(), script: ['sleep 1', tell('script')] },
        { policy: { user_namespaces: 'unproven' } },
      );
      expect(result.state).toBe('success');
      expect(result.readableTrace).toContain('WARNING: user namespaces are not proven');
      expect(told.sort()).toEqual(['/script', ...services().map(() => '/service')]);
    },
  );
});

async function listen(tell: (path: string) => unknown): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    tell(url);
    response.end('noted\n');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  return server;
}
