import { expect, test } from 'vitest';
import {
  admittedImage,
  admittedJob,
  admittedService,
  containerOf,
  podOf,
  samplePolicy,
  specOf,
} from '../sample-job.ts';

test('runs the admitted image under its full name, with process 1 in place of the entrypoint', () => {
  const build = admittedImage('ruby', { entrypoint: ['/entry'] });

  const container = containerOf(podOf({ admitted: admittedJob({ build }) }), 'build');

  expect(container['image']).toBe('docker.io/library/ruby:latest');
  expect(container['command']).toEqual([
    'sh',
    '-c',
    expect.stringContaining('wait'),
    'gitlab-pod-executor',
    '/.gitlab-pod-executor/home',
    '/.gitlab-pod-executor/scripts',
    '/.gitlab-pod-executor/ready',
  ]);
  expect(container).not.toHaveProperty('args');
});

test('gives no job variable to build or helper', () => {
  const variables = [
    { key: 'SECRET', value: 'canary', isPublic: false, isFile: false, isMasked: true, isRaw: false },
  ];
  const job = { ...admittedJob().job, variables };

  const pod = podOf({ admitted: admittedJob({ job }) });

  expect(JSON.stringify(pod)).not.toContain('canary');
  for (const name of ['build', 'helper']) {
    expect(containerOf(pod, name)['env']).toEqual([{ name: 'HOME', value: '/.gitlab-pod-executor/home' }]);
  }
});

test("takes a container's next pull policy after its failed ones, and stays at the last", () => {
  const build = admittedImage('ruby', { pullPolicies: ['always', 'never'] });
  const services = [admittedService('redis:8', { pullPolicies: ['if-not-present'] })];
  const policyOf = (attempts: Record<string, number>, name: string): unknown =>
    containerOf(podOf({ admitted: admittedJob({ build, services }), pullAttempts: attempts }), name)[
      'imagePullPolicy'
    ];

  expect(policyOf({}, 'build')).toBe('Always');
  expect(policyOf({ build: 1 }, 'build')).toBe('Never');
  expect(policyOf({ build: 7 }, 'build')).toBe('Never');
  expect(policyOf({ build: 1 }, 'svc-0')).toBe('IfNotPresent');
  expect(policyOf({}, 'helper')).toBeUndefined();
});

test('mounts a writable /tmp exactly where the root file system is read-only', () => {
  const policy = {
    ...samplePolicy,
    pod_template: {
      spec: {
        containers: ['build', 'svc-0'].map((name) => ({
          name,
          securityContext: { readOnlyRootFilesystem: true },
        })),
      },
    },
  };

  const pod = podOf({ admitted: admittedJob({ services: [admittedService('redis:8')] }), policy });

  const temporary = specOf(pod).containers.flatMap(({ name, volumeMounts }) =>
    ((volumeMounts ?? []) as { name: string; mountPath: string }[])
      .filter(({ mountPath }) => mountPath === '/tmp')
      .map((mount) => [name, mount.name]),
  );
  expect(temporary).toEqual([
    ['build', 'tmp-build'],
    ['svc-0', 'tmp-svc-0'],
  ]);
  expect(specOf(pod).volumes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['tmp-build', 'tmp-svc-0']),
  );
});
