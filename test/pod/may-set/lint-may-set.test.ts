import { expect, it } from 'vitest';
import { lintPodPolicy } from '../../../src/pod/lint-pod-policy.ts';
import { lintMaySet } from '../../../src/pod/may-set/lint-may-set.ts';
import { samplePolicy } from '../sample-job.ts';

it('lintMaySet names what lets a job choose accounts, single nodes and the control plane, and nothing else', () => {
  const job_may_set = {
    tolerations: ['ci=*', 'node-role.kubernetes.io/control-plane:NoSchedule'],
    node_selector: ['kubernetes.io/arch=*', 'kubernetes.io/hostname=*'],
    labels: ['team=*'],
    service_account: ['deploy-*', '*'],
  };
  const found = lintMaySet({ job_may_set });

  expect(found.map(({ path, about }) => [path.join('.'), about])).toEqual([
    ['job_may_set.tolerations.1', 'node-role.kubernetes.io/control-plane:NoSchedule'],
    ['job_may_set.node_selector.1', 'kubernetes.io/hostname=*'],
    ['job_may_set.service_account.1', '*'],
  ]);
  expect(lintPodPolicy({ ...samplePolicy, job_may_set })).toEqual(expect.arrayContaining(found));
  expect(lintMaySet({})).toEqual([]);
});
