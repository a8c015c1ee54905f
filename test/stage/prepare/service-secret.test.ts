import { expect, it } from 'vitest';
import type { Manifest } from '../../../src/cluster/cluster.ts';
import { makeServiceSecrets } from '../../../src/stage/prepare/service-secret.ts';
import { admittedJob, admittedService } from '../../pod/sample-job.ts';

async function secretsOf(job: Parameters<typeof admittedJob>[0]): Promise<Manifest[]> {
  const made: Manifest[] = [];
  const create = (manifest: Manifest) => {
    made.push(manifest);
    return Promise.resolve({ name: (manifest['metadata'] as { name: string }).name, uid: 'u' });
  };
  await makeServiceSecrets({ admitted: admittedJob(job), random: 'abcdefgh', create });
  return made;
}

it('makes the secrets that the services refer to, in the one form that holds any text', async () => {
  const made = await secretsOf({
    services: [admittedService('postgres:17', { variables: [{ key: 'PASSWORD', value: 'ä$(A)\u0001' }] })],
    sharedVariables: [{ key: 'CI', value: 'true' }],
  });

  expect(made).toMatchObject([
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

it('makes no secret where there is nothing to hold', async () => {
  expect(await secretsOf({ services: [admittedService('redis:8')] })).toEqual([]);
});
