import { expect, it } from 'vitest';
import { nodeArchitecture } from '../../src/pod/node-architecture.ts';

const arm = { pod_template: { spec: { nodeSelector: { 'kubernetes.io/arch': 'arm64' } } } };

it.each([
  ['nobody says', {}, {}, 'amd64'],
  ['the template says', arm, {}, 'arm64'],
  ['the job says', arm, { 'kubernetes.io/arch': 's390x' }, 's390x'],
  [
    'the template has another selector',
    { pod_template: { spec: { nodeSelector: { disk: 'ssd' } } } },
    {},
    'amd64',
  ],
  ['no helper image is made for it', {}, { 'kubernetes.io/arch': 'sparc' }, 'amd64'],
] as const)('the helper image is made for the nodes where %s', (_, policy, own, expected) => {
  expect(nodeArchitecture(policy, own)).toBe(expected);
});
