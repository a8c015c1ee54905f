import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/cluster/cluster.ts';
import { collectCredentials, type JobCredentials } from '../../src/plan/job-credentials.ts';
import { planPullSecret } from '../../src/plan/plan-pull-secret.ts';
import { pullCredentials } from '../embedded-cluster/kubelet/pull-credentials.ts';
import type { Pod } from '../embedded-cluster/pod/pod.ts';
import type { Store } from '../embedded-cluster/store/store.ts';
import { sampleJob } from '../pod/sample-job.ts';

const entry = (address: string, auth = 'dTpw'): JobCredentials['entries'][number] => ({
  address,
  auth,
  source: 'the variable DOCKER_AUTH_CONFIG',
});

describe('planPullSecret', () => {
  const plan = (entries: JobCredentials['entries']) =>
    planPullSecret({ job: sampleJob, random: 'k7m2qx4d' }, { entries }) as readonly Manifest[];
  const configOf = (entries: JobCredentials['entries']): unknown => {
    const [{ data } = expect.fail()] = plan(entries) as readonly { data?: Record<string, string> }[];
    expect(Object.keys(data ?? {})).toEqual(['.dockerconfigjson']);
    return JSON.parse(Buffer.from(data!['.dockerconfigjson']!, 'base64').toString());
  };

  it('plans none for a job without credentials', () => {
    expect(plan([])).toEqual([]);
  });

  it("plans one that is named and labelled like the job's pod, and that a kubelet reads", () => {
    expect(plan([entry('registry.gitlab.com')])).toMatchObject([
      { metadata: { name: 'job-1001-k7m2qx4d-pull' }, type: 'kubernetes.io/dockerconfigjson' },
    ]);
    expect(configOf([entry('registry.gitlab.com')])).toEqual({
      auths: { 'registry.gitlab.com': { auth: 'dTpw' } },
    });
  });

  it('writes a host with capitals both ways, and is not confused by names that objects have', () => {
    expect(configOf([entry('Registry.Example.org/group'), entry('constructor', 'Yg==')])).toEqual({
      auths: {
        'Registry.Example.org/group': { auth: 'dTpw' },
        'registry.example.org/group': { auth: 'dTpw' },
        constructor: { auth: 'Yg==' },
      },
    });
  });

  // @promise start: credentials that no kubelet can read
  it('the pull secret is readable for a kubelet, and small, whatever a job writes', () => {
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
    fc.assert(
      fc.property(text, (config) => {
        const [manifest] = plan(collectCredentials(sampleJob, config).entries);
        if (manifest === undefined) return;
        expect(JSON.stringify(manifest).length).toBeLessThan(maxBytes);
        expect(() => readAsKubelet(manifest)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

/** What Kubernetes takes in a Secret. */
const maxBytes = 1024 * 1024;

function readAsKubelet(secret: Manifest) {
  const store = { get: () => secret } as unknown as Store;
  const pod = { metadata: { namespace: 'ci' }, spec: { imagePullSecrets: [{ name: 'pull' }] } } as Pod;
  return pullCredentials(store, pod, 'docker.io/library/ruby:3.4');
}
