// What keeps a pod out, or changes it on its way in.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { callApi } from './client/call-api.ts';
import { podManifest, readyPod } from './client/pods.ts';
import { runExec } from './client/run-exec.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { type ClusterOptions, type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();

async function withCluster<Result>(
  options: ClusterOptions,
  use: (cluster: EmbeddedCluster) => Promise<Result>,
): Promise<Result> {
  const cluster = await startEmbeddedCluster(options);
  try {
    return await use(cluster);
  } finally {
    await cluster.stop();
  }
}

const send = (cluster: EmbeddedCluster, parts: object) =>
  callApi(cluster, 'POST', 'pods', { body: podManifest(cluster, 'p', { ...parts }) });

describe('a namespace that enforces Pod Security', () => {
  const loose = {
    hostUsers: true,
    securityContext: {},
    containers: [
      { name: 'a', securityContext: {} },
      { name: 'b', securityContext: {} },
    ],
  };
  const strict = {
    securityContext: { runAsUser: 1000, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  };

  it('Pod Security refuses a pod in the words of a real API server, and admits one that conforms', () =>
    withCluster({ podSecurity: 'restricted' }, async (cluster) => {
      const refused = await send(cluster, loose);

      expect(refused.status).toBe(403);
      expect(refused.body.message).toBe(
        'pods "p" is forbidden: violates PodSecurity "restricted:latest": ' +
          'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false), ' +
          'unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]), ' +
          'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), ' +
          'seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
      );
      expect((await send(cluster, strict)).status).toBe(201);
    }));

  it('Pod Security follows its own version: root in a user namespace from 1.35 on', async () => {
    const root = { securityContext: { runAsUser: 0, seccompProfile: { type: 'RuntimeDefault' } } };
    const statusOn = (kubernetesVersion: string) =>
      withCluster(
        { podSecurity: 'restricted', kubernetesVersion },
        async (cluster) => (await send(cluster, root)).status,
      );

    expect(await statusOn('v1.34.2')).toBe(403);
    expect(await statusOn('v1.35.0')).toBe(201);
  });

  it('an invalid pod is refused before Pod Security looks at it', () =>
    withCluster({ podSecurity: 'baseline' }, async (cluster) => {
      expect((await send(cluster, { hostNetwork: true, containers: [] })).status).toBe(422);
      expect((await send(cluster, { hostNetwork: true })).body.message).toMatch(
        /violates PodSecurity "baseline:latest": host namespaces/,
      );
    }));
});

describe('a cluster that ignores hostUsers', () => {
  it.each([
    ['drops-field', undefined],
    ['keeps-field', false],
  ] as const)(
    'a cluster that ignores hostUsers (%s) runs pods without a user namespace of their own',
    (ignoresHostUsers, shown) =>
      withCluster({ ignoresHostUsers }, async (cluster) => {
        const pod = await readyPod(cluster, 'p');
        const { stdout } = await runExec(cluster, { pod: 'p', container: 'main' }, [
          'cat',
          '/proc/self/uid_map',
        ]);

        expect(pod.spec.hostUsers).toBe(shown);
        expect(stdout.trim().replace(/ +/g, ' ')).not.toMatch(/^0 \d+ 65536$/);
      }),
  );
});

describe('an admission module', () => {
  it('an admission module may change a pod, or refuse it', () =>
    withCluster({}, async (plain) => {
      const admissionModule = join(plain.stateDir, 'admission.mjs');
      writeFileSync(
        admissionModule,
        `export const admit = (pod) => {
          if (pod.metadata.labels?.bad) throw new Error('no such pod here');
          return { ...pod, metadata: { ...pod.metadata, labels: { seen: 'yes' } } };
        };`,
      );
      await withCluster({ admissionModule }, async (cluster) => {
        const { body } = await send(cluster, {});
        expect(body.metadata).toMatchObject({ labels: { seen: 'yes' } });
        const bad = { ...podManifest(cluster, 'x'), metadata: { name: 'x', labels: { bad: '1' } } };
        const refused = await callApi(cluster, 'POST', 'pods', { body: bad });
        expect(refused.status).toBe(500);
        expect(refused.body.message).toContain('no such pod here');
      });
      await expect(startEmbeddedCluster({ admissionModule: import.meta.filename })).rejects.toThrow();
    }));
});
