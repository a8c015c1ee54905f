import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/cluster/cluster.ts';
import type { Job, JobVariable } from '../../src/job/job.ts';
import { collectAuths, makePullSecret } from '../../src/stage/pull-secret.ts';
import { admittedJob, sampleJob } from '../pod/sample-job.ts';
import { fakeCluster } from './fake-cluster.ts';

const variable = (value: string, key = 'DOCKER_AUTH_CONFIG'): JobVariable =>
  ({ key, value, isFile: false, isMasked: true, isRaw: false }) as JobVariable;

function jobWith({
  config,
  credentials = [],
}: {
  config?: string | string[];
  credentials?: Job['registryCredentials'];
}): Job {
  const configs = config === undefined ? [] : [config].flat();
  return { ...sampleJob, variables: configs.map((text) => variable(text)), registryCredentials: credentials };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const own = { registry: 'registry.gitlab.com', username: 'gitlab-ci-token', password: 'pässword' };

describe('collectAuths', () => {
  it("takes the job's own credentials", () => {
    expect(collectAuths(jobWith({ credentials: [own] }))).toEqual({
      'registry.gitlab.com': { auth: base64('gitlab-ci-token:pässword') },
    });
  });

  it('takes DOCKER_AUTH_CONFIG before them, registry by registry', () => {
    const config = JSON.stringify({
      auths: {
        'registry.gitlab.com': { auth: 'bWluZTptaW5l' },
        'ghcr.io': { username: 'a', password: 'b:c' },
      },
    });
    expect(collectAuths(jobWith({ config, credentials: [own] }))).toEqual({
      'registry.gitlab.com': { auth: 'bWluZTptaW5l' },
      'ghcr.io': { auth: base64('a:b:c') },
    });
  });

  it('takes the last of several variables of the name', () => {
    const config = ['{"auths":{"a":{"auth":"Zmlyc3Q="}}}', '{"auths":{"b":{"auth":"bGFzdA=="}}}'];
    expect(collectAuths(jobWith({ config }))).toEqual({ b: { auth: 'bGFzdA==' } });
  });

  it.each([
    ['empty', ''],
    ['no JSON', 'auths: yes'],
    ['null', 'null'],
    ['a list', '[]'],
    ['without auths', '{"credsStore":"desktop"}'],
    ['with entries of another shape', '{"auths":{"a":null}}'],
    [
      'with entries that say nothing',
      '{"auths":{"a":{},"b":{"auth":""},"c":{"username":"u"},"d":{"auth":7}}}',
    ],
    ['with text for auths', '{"auths":"abc"}'],
  ])('goes on with the rest when the variable is %s', (_, config) => {
    expect(collectAuths(jobWith({ config, credentials: [own] }))).toEqual({
      'registry.gitlab.com': { auth: base64('gitlab-ci-token:pässword') },
    });
  });

  it('is not confused by names that objects have', () => {
    const config =
      '{"auths":{"__proto__":{"auth":"YQ=="},"constructor":{"auth":"Yg=="},"ok":{"auth":"Yw=="}}}';
    const auths = collectAuths(jobWith({ config }));
    expect(JSON.parse(JSON.stringify(auths))).toMatchObject({
      ok: { auth: 'Yw==' },
      constructor: { auth: 'Yg==' },
    });
    expect(({} as { auth?: string }).auth).toBeUndefined();
  });
});

describe('makePullSecret', () => {
  const make = async (job: Job) => {
    const cluster = fakeCluster({ createSecret: () => Promise.resolve({ name: 'made', uid: 'u' }) });
    const secret = await makePullSecret({
      admitted: admittedJob({ job }),
      random: 'k7m2qx4d',
      create: (manifest) => cluster.createSecret(manifest),
    });
    return { cluster, secret };
  };

  it('makes none for a job without credentials', async () => {
    const { cluster, secret } = await make(sampleJob);
    expect([secret, cluster.calls]).toEqual([null, []]);
  });

  it("makes one that is named and labelled like the job's pod, and that a kubelet reads", async () => {
    const { cluster, secret } = await make(jobWith({ credentials: [own] }));
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
      auths: { 'registry.gitlab.com': { auth: base64('gitlab-ci-token:pässword') } },
    });
    expect(secret).toEqual({ name: 'made', uid: 'u' });
  });
});
