import { expect, test } from 'vitest';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import { samplePolicy } from './sample-job.ts';

test('finds nothing wrong with a sound policy', () => {
  expect(checkPodPolicy(samplePolicy)).toEqual([]);
});

test('puts the mistakes of contexts and template into the list of all mistakes, with line and column', () => {
  const text = `cluster:
  namespace: ci
default_security_context:
  runAsUsr: 1000
pod_template:
  spec:
    hostNetwork: true
    containers:
      - name: build
        image: evil
`;

  const read = () => readPolicy({ text, file: 'policy.yaml', checks: [checkPodPolicy] });

  expect(read).toThrow(/policy\.yaml:4:3: default_security_context\.runAsUsr is not a security field/);
  expect(read).toThrow(/policy\.yaml:7:18: pod_template\.spec\.hostNetwork may only be false/);
  expect(read).toThrow(/policy\.yaml:10:16: pod_template\.spec\.containers\[0\]\.image comes from the job/);
});
