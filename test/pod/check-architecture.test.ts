import { expect, it } from 'vitest';
import { checkArchitecture } from '../../src/pod/check-architecture.ts';

const nodesOf = (architecture: unknown) => ({
  pod_template: { spec: { nodeSelector: { 'kubernetes.io/arch': architecture } } },
});

it('nodes for which there is no helper image are a mistake, unless the operator has one', () => {
  expect(checkArchitecture(nodesOf('x86_64'))).toEqual([
    {
      path: ['pod_template', 'spec', 'nodeSelector', 'kubernetes.io/arch'],
      message:
        'is "x86_64", for which GitLab makes no helper image: write amd64, arm64, arm, s390x, ppc64le, riscv64, or set helper_image',
    },
  ]);
  expect(checkArchitecture({ ...nodesOf('x86_64'), helper_image: 'helper:mine' })).toEqual([]);
  expect(checkArchitecture(nodesOf('arm64'))).toEqual([]);
  expect(checkArchitecture({})).toEqual([]);
});
