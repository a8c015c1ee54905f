import { expect, it } from 'vitest';
import { effectiveAmounts } from '../../../src/pod/may-set/effective-amounts.ts';
import { samplePolicy } from '../sample-job.ts';

it("effectiveAmounts lays a template's amounts for a container over the policy's for its kind", () => {
  const policy = {
    ...samplePolicy,
    pod_template: {
      spec: { containers: [{ name: 'svc-1', resources: { limits: { memory: null, cpu: 2 } } }] },
    },
  };

  expect(effectiveAmounts(policy, 'service', 'svc-0')).toEqual(samplePolicy.resources.service);
  expect(effectiveAmounts(policy, 'service', 'svc-1')).toEqual({
    requests: { cpu: '100m', memory: '256Mi' },
    limits: { cpu: '2' },
  });
});
