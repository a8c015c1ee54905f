import { expect, test } from 'vitest';
import { imagePullPolicy } from '../../../src/pod/containers/pull-policy.ts';
import { admittedImage } from '../sample-job.ts';

test.for([
  ['always', 'Always'],
  ['if-not-present', 'IfNotPresent'],
  ['never', 'Never'],
] as const)("GitLab's %s is Kubernetes' %s", ([ours, theirs]) => {
  expect(imagePullPolicy(admittedImage('a', { pullPolicies: [ours] }))).toEqual({ imagePullPolicy: theirs });
});

test('leaves the choice to the cluster where nobody made one', () => {
  expect(imagePullPolicy(admittedImage('a'), 3)).toEqual({});
});
