import { expect, it } from 'vitest';
import { planServiceSecrets } from '../../src/plan/plan-service-secrets.ts';
import { admittedJob, admittedService, sampleJob } from '../pod/sample-job.ts';

const secretsOf = (job: Parameters<typeof admittedJob>[0]) =>
  planServiceSecrets({ job: sampleJob, random: 'abcdefgh' }, admittedJob(job));

it('plans the secrets that the services refer to, in the one form that holds any text', () => {
  const planned = secretsOf({
    services: [admittedService('postgres:17', { variables: [{ key: 'PASSWORD', value: 'ä$(A)\u0001' }] })],
    sharedVariables: [{ key: 'CI', value: 'true' }],
  });

  expect(planned).toMatchObject([
    {
      kind: 'Secret',
      metadata: { name: 'job-1001-abcdefgh-services' },
      type: 'Opaque',
      data: { CI: Buffer.from('true').toString('base64') },
    },
    {
      kind: 'Secret',
      metadata: { name: 'job-1001-abcdefgh-services-own' },
      type: 'Opaque',
      data: { 'svc-0.PASSWORD': Buffer.from('ä$(A)\u0001').toString('base64') },
    },
  ]);
});

it('plans none where there is nothing to tell', () => {
  expect(secretsOf({ services: [admittedService('redis:8')] })).toEqual([]);
});
