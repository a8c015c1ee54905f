import { describe, expect, it } from 'vitest';
import type { Cluster, Manifest, Pod, PodStatus } from '../../../src/cluster/cluster.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { changed, watchOf } from '../fake-cluster.ts';
import { fakeIo } from '../fake-io.ts';
import { creating, podOf, waiting } from '../pod-fixture.ts';
import { clusterOf, containersOf, jobPath, left, once, start } from '../prepare-fixture.ts';

// Through prepare, which is its only caller.
describe('readyPod', () => {
  describe('pull policies', () => {
    const image = { name: 'ruby:3.4', pull_policy: ['always', 'if-not-present'] };
    const failing = {
      build: waiting('ErrImagePull', 'docker.io/library/ruby:3.4: not found'),
      helper: creating,
    };

    it('tries pull policies in their order, each with a pod of its own', async () => {
      const cluster = clusterOf({ becomes: [failing, {}] });
      const { done, io } = start({ cluster, changes: { image } });
      await done;
      const tried = cluster.of('createPod').map(([manifest]) => containersOf(manifest)[0]?.imagePullPolicy);
      expect(tried).toEqual(['Always', 'IfNotPresent']);
      expect(io.lines()).toContain(
        'Trying the next pull policy for docker.io/library/ruby:3.4: docker.io/library/ruby:3.4: not found',
      );
      expect(cluster.of('deletePod').map(([pod]) => pod.name)).toEqual(['job-1001-rand0002']);
      expect([...cluster.pods.keys()]).toEqual(['job-1001-rand0003']);
    });

    it('end with the last one', async () => {
      const cluster = clusterOf({ becomes: [failing, failing] });
      const { done } = start({ cluster, changes: { image } });
      await expect(done).rejects.toMatchObject({ code: 'image-pull-failed' });
      expect([cluster.of('createPod').length, left(cluster)]).toEqual([2, [0, 0]]);
    });

    it.each([
      ['**', 'image-pull-failed'],
      ['away.example/**', 'image-registry'],
    ])(
      'blames the author for an unknown registry, but not for one that the policy names: %s',
      async (pattern, code) => {
        const words = 'dial tcp: lookup away.example on 10.96.0.10:53: no such host';
        const watchPod: Cluster['watchPod'] = (name, { signal }) => {
          const pod = cluster.pods.get(name);
          if (!pod) throw new Error('There is no such pod.');
          const says = (reason: string) =>
            changed({ ...pod, status: podOf({ build: waiting(reason, words) }).status! });
          return watchOf([says('ImagePullBackOff'), says('ErrImagePull')], signal);
        };
        const cluster: ReturnType<typeof clusterOf> = clusterOf({ watchPod });
        const { done } = start({
          cluster,
          changes: { image: { name: 'away.example/tool:1' } },
          policy: { allowed_images: [{ pattern }] },
        });
        await expect(done).rejects.toMatchObject({ code });
      },
    );

    it("uses the helper's pull policies for its init container, too", async () => {
      const init: PodStatus = {
        phase: 'Pending',
        initContainerStatuses: [
          { name: 'init-workspace', state: waiting('ErrImagePull', 'manifest unknown')! },
        ],
      };
      const cluster = clusterOf({ becomes: [init, init, init] });
      const { done } = start({ cluster, policy: { pull_policy: ['always', 'never'] } });
      // The operator's image: no author can mend it.
      await expect(done).rejects.toMatchObject({ code: 'image-registry' });
      const tried = cluster
        .of('createPod')
        .map(([manifest]) => containersOf(manifest).find(({ name }) => name === 'helper')?.imagePullPolicy);
      expect(tried).toEqual(['Always', 'Never']);
    });

    it.each([
      ['none is set', []],
      ['there is one', ['always'] as const],
    ])('tries no other pull policy when %s', async (_, pull_policy) => {
      const cluster = clusterOf({ becomes: [failing] });
      const { done } = start({ cluster, policy: { pull_policy } });
      await expect(done).rejects.toMatchObject({ code: 'image-pull-failed' });
      expect(cluster.of('createPod')).toHaveLength(1);
    });
  });

  describe('an image that the registry refuses', () => {
    const denied = { build: waiting('ErrImagePull', 'pull access denied'), helper: creating };
    const auths = { 'docker.io': { auth: 'dTpw' }, 'ghcr.io': { auth: 'hunter2' } };
    const variables = [{ key: 'DOCKER_AUTH_CONFIG', value: JSON.stringify({ auths }) }];

    it('says of a refused image where its credentials came from', async () => {
      const { done, io } = start({
        cluster: clusterOf({ becomes: [denied] }),
        changes: { variables },
        policy: { image_pull_secrets: ['of-the-operator'] },
      });
      await expect(done).rejects.toMatchObject({
        code: 'image-pull-failed',
        message: expect.stringContaining(
          "Credentials for docker.io were taken from the variable DOCKER_AUTH_CONFIG. The runner's own (`image_pull_secrets`) were tried, too.",
        ) as string,
      });
      const left = io.lines().filter((line) => line.includes('left out'));
      expect(left).toEqual([
        'WARNING: Credentials for ghcr.io in the variable DOCKER_AUTH_CONFIG are left out: `auth` is not base64 of `user:password`.',
      ]);
    });

    it('names the image that was admitted, whatever the environment says of credentials', async () => {
      const specs = [];
      for (const text of ['', '{"auths":{"docker.io/library/ruby":{"auth":"dTpw"}}}', 'ghcr.io/evil:1']) {
        const cluster = clusterOf();
        const io = fakeIo({ JOB_RESPONSE_FILE: jobPath, CUSTOM_ENV_DOCKER_AUTH_CONFIG: text });
        await start({ cluster, io }).done;
        const spec = cluster.of('createPod')[0]![0]['spec'] as Pod['spec'];
        specs.push({ ...spec, imagePullSecrets: [] });
      }
      expect(specs).toEqual([specs[0], specs[0], specs[0]]);
    });

    it("blames the operator's image where the job named none", async () => {
      const { done } = start({
        cluster: clusterOf({ becomes: [denied] }),
        changes: { image: { name: '' }, variables },
        policy: { default_image: 'registry.example.org/default:1' },
      });
      await expect(done).rejects.toMatchObject({ code: 'image-registry' });
    });
  });

  it('waits for a full quota, and says so', async () => {
    const cluster = clusterOf();
    const quota = new SystemFailure('quota', { what: 'exceeded quota: jobs' }, { isTransient: true });
    const make: Cluster['createPod'] = (...args) => cluster.createPod(...args);
    const { done, io } = start({
      cluster: {
        ...cluster,
        createPod: once<Parameters<typeof make>, Promise<Pod>>(() => Promise.reject(quota), make),
      },
    });
    await done;
    expect(io.lines()).toContain('The pod cannot be made yet; waiting: exceeded quota: jobs');
  });

  describe('with services', () => {
    const services = [{ name: 'postgres:16' }, { name: 'redis:7' }];

    it.each([
      [32, true],
      [33, false],
    ])('proves the namespace early on Kubernetes 1.%d: %s', async (minor, isEarly) => {
      const cluster = clusterOf({
        serverVersion: () => Promise.resolve({ major: 1, minor, gitVersion: '' }),
      });
      await start({ cluster, changes: { services } }).done;
      const { initContainers = [] } = cluster.of('createPod')[0]![0]['spec'] as {
        initContainers?: { name: string }[];
      };
      expect(initContainers.map(({ name }) => name)).toEqual(isEarly ? ['init-user-namespace'] : []);
    });

    it.each([
      ['a container', { containers: [{ name: 'proxy', image: 'proxy:1' }] }],
      ['an init container', { initContainers: [{ name: 'warm', image: 'warm:1' }] }],
    ])('proves the namespace early before %s of the template, too', async (_, spec) => {
      const cluster = clusterOf({
        serverVersion: () => Promise.resolve({ major: 1, minor: 32, gitVersion: '' }),
      });
      await start({ cluster, policy: { pod_template: { spec } } }).done;
      const { initContainers = [] } = cluster.of('createPod')[0]![0]['spec'] as {
        initContainers?: { name: string }[];
      };
      expect(initContainers[0]?.name).toBe('init-user-namespace');
    });

    it('does not ask for the version without services', async () => {
      const { done, cluster } = start();
      await done;
      expect(cluster.calls).not.toContain('serverVersion');
    });
  });

  it("leaves a webhook's own containers alone", async () => {
    const cluster = clusterOf();
    const { done } = start({
      cluster: {
        ...cluster,
        createPod: async (manifest: Manifest) => {
          const pod = await cluster.createPod(manifest);
          const containers = [...(pod.spec['containers'] as object[]), { name: 'istio-proxy' }];
          const mutated = { ...pod, spec: { ...pod.spec, containers } };
          cluster.pods.set(pod.metadata.name, mutated);
          return mutated;
        },
      },
    });
    await done;
  });
});
