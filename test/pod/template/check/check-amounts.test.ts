import { expect, test } from 'vitest';
import { checkTemplateAmounts } from '../../../../src/pod/template/check/check-amounts.ts';
import { viewTemplate } from '../../../../src/pod/template/template-view.ts';
import { formatKeyPath } from '../../../../src/policy/problem.ts';
import { shippedResources } from '../../../../src/policy/schema/resources-schema.ts';

const check = (spec: object): string[] =>
  checkTemplateAmounts(viewTemplate({ spec }), shippedResources).map(
    ({ path, message }) => `${formatKeyPath(path.slice(2))} ${message}`,
  );

const container = (name: string, resources: object) => ({ containers: [{ name, resources }] });

test.each<[spec: object, problem: string]>([
  [container('build', { limits: { mem: '4Gi' } }), 'containers[0].resources.limits.mem is not a resource'],
  [
    container('proxy', { limits: { memory: 4 } }),
    'containers[0].resources.limits.memory is 4 bytes; did you mean `4Gi`?',
  ],
  [
    container('build', { limits: { memory: '64Mi' } }),
    'containers[0].resources.requests.memory is more than its limit, 64Mi',
  ],
  [
    container('svc-0', { requests: { cpu: 4 } }),
    'containers[0].resources.requests.cpu is more than its limit, 1;',
  ],
  [
    container('proxy', { requests: { cpu: 4 }, limits: { cpu: 2 } }),
    'containers[0].resources.requests.cpu is more than its limit, 2;',
  ],
  [
    container('build', { claims: [{ name: 'gpu' }] }),
    'containers[0].resources.claims[0].name names gpu, which spec.resourceClaims',
  ],
  [{ resources: { requests: { cpu: 1 } } }, 'resources.requests cannot be the same for all jobs'],
  [{ resources: { claims: [] } }, 'resources.claims cannot be the same for all jobs'],
  [
    { resources: { limits: { 'ephemeral-storage': '1Gi' } } },
    'resources.limits.ephemeral-storage cannot be limited for a whole pod',
  ],
  [{ resources: { limits: { memory: 8 } } }, 'resources.limits.memory is 8 bytes'],
  [
    { resources: { limits: { memory: '1Gi' } } },
    'resources.limits.memory is less than the limit of one container, 4Gi (`resources.build`)',
  ],
])('refuses %j: %s', (spec, problem) => {
  const problems = check(spec);

  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test.each([
  container('build', { limits: { memory: '64Mi' }, requests: { memory: '64Mi' } }),
  container('build', { limits: { memory: null, cpu: null } }),
  { ...container('build', { claims: [{ name: 'gpu' }] }), resourceClaims: [{ name: 'gpu' }] },
  { resources: { limits: { memory: '8Gi' } } },
])('has nothing to say about %j', (spec) => expect(check(spec)).toEqual([]));
