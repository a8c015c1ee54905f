import { expect, test } from 'vitest';
import { serviceSecrets } from '../../../src/pod/containers/service-environment.ts';
import { admittedJob, admittedService, containerOf, podOf, samplePolicy } from '../sample-job.ts';

const services = [
  admittedService('postgres:17', {
    variables: [
      { key: 'POSTGRES_PASSWORD', value: '$(A) $$ $9' },
      { key: 'b.c-d', value: '' },
    ],
  }),
  admittedService('redis:8'),
  admittedService('mysql:8', { variables: [{ key: 'POSTGRES_PASSWORD', value: 'another' }] }),
];
const sharedVariables = [
  { key: 'CI', value: 'true' },
  { key: '__proto__', value: 'x' },
];
const admitted = admittedJob({ services, sharedVariables });

const secretsOf = (job: typeof admitted): object[] =>
  serviceSecrets(job).map(({ nameOf, values }) => ({ [nameOf('pod')]: Object.entries(values) }));

test('puts what all services get into one secret, and what each has for itself into another', () => {
  expect(secretsOf(admitted)).toEqual([
    {
      'pod-services': [
        ['CI', 'true'],
        ['__proto__', 'x'],
      ],
    },
    {
      'pod-services-own': [
        ['svc-0.POSTGRES_PASSWORD', '$(A) $$ $9'],
        ['svc-0.b.c-d', ''],
        ['svc-2.POSTGRES_PASSWORD', 'another'],
      ],
    },
  ]);
});

test('makes no secret of nothing', () => {
  expect(secretsOf(admittedJob())).toEqual([]);
  expect(secretsOf(admittedJob({ services: [admittedService('redis:8')] }))).toEqual([]);
  expect(secretsOf(admittedJob({ services })).map((secret) => Object.keys(secret))).toEqual([
    ['pod-services-own'],
  ]);
});

test('shows each service its own keys and no others, and no value anywhere', () => {
  const pod = podOf({ admitted });
  const own = (key: string) => ({ secretKeyRef: { name: 'job-1001-k7m2qx4d-services-own', key } });
  const envFrom = [{ secretRef: { name: 'job-1001-k7m2qx4d-services' } }];

  expect(containerOf(pod, 'svc-0')).toMatchObject({
    envFrom,
    env: [
      { name: 'POSTGRES_PASSWORD', valueFrom: own('svc-0.POSTGRES_PASSWORD') },
      { name: 'b.c-d', valueFrom: own('svc-0.b.c-d') },
    ],
  });
  expect(containerOf(pod, 'svc-1')).toMatchObject({ envFrom });
  expect(containerOf(pod, 'svc-1')).not.toHaveProperty('env');
  expect(containerOf(pod, 'svc-2')).toMatchObject({
    env: [{ name: 'POSTGRES_PASSWORD', valueFrom: own('svc-2.POSTGRES_PASSWORD') }],
  });
  for (const name of ['build', 'helper']) expect(containerOf(pod, name)).not.toHaveProperty('envFrom');
  expect(JSON.stringify(pod)).not.toMatch(/another|\$9|"true"/);
});

test("takes the operator's value for a variable that a service has too", () => {
  const policy = {
    pod_template: {
      spec: { containers: [{ name: 'svc-0', env: [{ name: 'POSTGRES_PASSWORD', value: 'ours' }] }] },
    },
  };
  const pod = podOf({ admitted, policy: { ...samplePolicy, ...policy } });

  expect(containerOf(pod, 'svc-0')['env']).toMatchObject([
    { name: 'POSTGRES_PASSWORD', value: 'ours' },
    { name: 'b.c-d' },
  ]);
  // The two kinds of value in one would be refused.
  expect(JSON.stringify(containerOf(pod, 'svc-0'))).not.toContain('svc-0.POSTGRES_PASSWORD');
});
