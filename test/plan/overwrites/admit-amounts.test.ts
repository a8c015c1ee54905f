import { expect, it } from 'vitest';
import { admitAmounts, maxOf } from '../../../src/plan/overwrites/admit-amounts.ts';
import { refuseFor } from '../../../src/plan/overwrites/requested.ts';
import { sampleJob, samplePolicy } from '../../pod/sample-job.ts';

const policy = { ...samplePolicy, job_may_set: { service: { limits: { memory: '4Gi' } } } };
const name = 'KUBERNETES_SERVICE_MEMORY_LIMIT';

it('maxOf knows what the policy leaves to jobs', () => {
  expect(maxOf({ role: 'service', list: 'limits', amount: 'memory' }, policy)).toBe('4Gi');
  expect(maxOf({ role: 'service', list: 'requests', amount: 'memory' }, policy)).toBeNull();
  expect(maxOf({ role: 'build', list: 'limits', amount: 'memory' }, samplePolicy)).toBeNull();
});

it("admitAmounts takes a service's own amount before the job's, and a mistake of the job once for all services", () => {
  const service = (index: number, value?: string) => ({
    index,
    own: value === undefined ? [] : [{ key: `services[${index}]:variables:${name}`, name, value }],
  });
  const ask = (value: string) =>
    admitAmounts({
      job: [{ key: name, name, value }],
      services: [service(0), service(2, '3Gi')],
      policy,
      refuse: refuseFor(sampleJob, policy),
    });

  expect(ask('2Gi').amounts).toEqual({
    'svc-0': { requests: {}, limits: { memory: '2Gi' } },
    'svc-2': { requests: {}, limits: { memory: '3Gi' } },
  });
  expect(ask('5Gi').findings.map(({ key }) => key)).toEqual([name]);
});
