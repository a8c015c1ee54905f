import { expect, test } from 'vitest';
import { draftPod } from '../../src/pod/draft-pod.ts';
import { admittedJob, admittedService, sampleJob, samplePolicy } from './sample-job.ts';

const draft = (rest: Partial<Parameters<typeof draftPod>[0]> = {}) =>
  draftPod({
    admitted: admittedJob(),
    policy: samplePolicy,
    contextOf: () => ({}),
    proof: 'prove',
    random: 'k7m2qx4d',
    now: new Date('2026-11-21T02:00:00Z'),
    pullSecrets: [],
    pullAttempts: {},
    claim: null,
    digests: new Map(),
    ...rest,
  });

test('gives a job nothing of the cluster, whatever the job', () => {
  expect(draft().spec).toMatchObject({
    hostUsers: false,
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    shareProcessNamespace: false,
  });
});

test("lets a pod live for the job's timeout and what may follow it, and marks when it may be swept", () => {
  const { metadata, spec } = draft({ admitted: admittedJob({ job: { ...sampleJob, timeoutSeconds: 60 } }) });

  expect(spec['activeDeadlineSeconds']).toBe(660);
  expect(metadata['annotations']).toMatchObject({
    'gitlab-pod-executor/deadline': '2026-11-21T02:11:00.000Z',
  });
});

test("pulls with the job's credentials before the operator's", () => {
  const policy = { ...samplePolicy, image_pull_secrets: ['mirror'] };

  expect(draft({ policy, pullSecrets: ['own'] }).spec['imagePullSecrets']).toEqual([
    { name: 'own' },
    { name: 'mirror' },
  ]);
  expect(draft().spec).not.toHaveProperty('imagePullSecrets');
});

test('names services in the hosts file, and leaves it alone without any', () => {
  const admitted = admittedJob({ services: [admittedService('redis:8', { aliases: ['cache'] })] });

  expect(draft({ admitted }).spec['hostAliases']).toEqual([
    { ip: '127.0.0.1', hostnames: ['redis', 'cache'] },
  ]);
  expect(draft().spec).not.toHaveProperty('hostAliases');
});
