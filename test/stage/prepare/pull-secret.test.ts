import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/cluster/cluster.ts';
import { collectCredentials, type JobCredentials } from '../../../src/stage/prepare/job-credentials.ts';
import { makePullSecret } from '../../../src/stage/prepare/pull-secret.ts';
import { pullCredentials } from '../../embedded-cluster/kubelet/pull-credentials.ts';
import type { Pod } from '../../embedded-cluster/pod/pod.ts';
import type { Store } from '../../embedded-cluster/store/store.ts';
import { admittedJob, sampleJob } from '../../pod/sample-job.ts';
import { fakeCluster } from '../fake-cluster.ts';

const entry = (address: string, auth = 'dTpw'): JobCredentials['entries'][number] => ({
  address,
  auth,
  source: 'the variable DOCKER_AUTH_CONFIG',
});

describe('makePullSecret', () => {
  const make = async (entries: JobCredentials['entries']) => {
    const cluster = fakeCluster({ createSecret: () => Promise.resolve({ name: 'made', uid: 'u' }) });
    const secret = await makePullSecret(
      {
        admitted: admittedJob({ job: sampleJob }),
        random: 'k7m2qx4d',
        create: (manifest) => cluster.createSecret(manifest),
      },
      { entries, leftOut: [] },
    );
    return { cluster, secret };
  };

  it('makes none for a job without credentials', async () => {
    const { cluster, secret } = await make([]);
    expect([secret, cluster.calls]).toEqual([null, []]);
  });

  it("makes one that is named and labelled like the job's pod, and that a kubelet reads", async () => {
    const { cluster, secret } = await make([entry('registry.gitlab.com')]);
    const [[manifest] = []] = cluster.of('createSecret');
    const { data, ...rest } = manifest as Manifest & { data: Record<string, string> };
    expect(rest).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'job-1001-k7m2qx4d-pull',
        labels: {
          'app.kubernetes.io/managed-by': 'gitlab-pod-executor',
          'gitlab-pod-executor/instance': expect.stringMatching(/^[0-9a-f]{16}$/) as string,
          'gitlab-pod-executor/job-id': '1001',
        },
      },
      type: 'kubernetes.io/dockerconfigjson',
    });
    expect(Object.keys(data)).toEqual(['.dockerconfigjson']);
    expect(JSON.parse(Buffer.from(data['.dockerconfigjson']!, 'base64').toString())).toEqual({
      auths: { 'registry.gitlab.com': { auth: 'dTpw' } },
    });
    expect(secret).toEqual({ name: 'made', uid: 'u' });
  });

  it('writes a host with capitals both ways, and is not confused by names that objects have', async () => {
    const { cluster } = await make([entry('Registry.Example.org/group'), entry('constructor', 'Yg==')]);
    const [[manifest] = []] = cluster.of('createSecret');
    const { data } = manifest as Manifest & { data: Record<string, string> };
    expect(JSON.parse(Buffer.from(data['.dockerconfigjson']!, 'base64').toString())).toEqual({
      auths: {
        'Registry.Example.org/group': { auth: 'dTpw' },
        'registry.example.org/group': { auth: 'dTpw' },
        constructor: { auth: 'Yg==' },
      },
    });
  });

  // @promise start: credentials that no kubelet can read
  it('makes a secret that a kubelet can read, and a small one, whatever a job writes', async () => {
    const registry = fc.oneof(fc.string(), fc.domain(), fc.constantFrom('docker.io', '__proto__', '*.org'));
    const value = fc.oneof(fc.string(), fc.base64String(), fc.jsonValue());
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { auth: value, username: value, password: value, identitytoken: value },
        { requiredKeys: [] },
      ),
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.dictionary(registry, entry, { maxKeys: 200 }).map((auths) => JSON.stringify({ auths })),
    );
    await fc.assert(
      fc.asyncProperty(text, async (config) => {
        const env = { CUSTOM_ENV_DOCKER_AUTH_CONFIG: config };
        const { cluster } = await make(collectCredentials(sampleJob, env).entries);
        const [[manifest] = []] = cluster.of('createSecret');
        if (manifest === undefined) return;
        expect(JSON.stringify(manifest).length).toBeLessThan(mostBytes);
        expect(() => readAsKubelet(manifest)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

/** What Kubernetes takes in a Secret. */
const mostBytes = 1024 * 1024;

function readAsKubelet(secret: Manifest) {
  const store = { get: () => secret } as unknown as Store;
  const pod = { metadata: { namespace: 'ci' }, spec: { imagePullSecrets: [{ name: 'pull' }] } } as Pod;
  return pullCredentials(store, pod, 'docker.io/library/ruby:3.4');
}
