import { describe, expect, it } from 'vitest';
import { findUnboundClaim } from '../../src/diagnosis/unbound-claim.ts';
import { podWith } from '../workspace/sample-claim.ts';

// As a scheduler of 1.36 says it.
const unbound =
  '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';

describe('findUnboundClaim', () => {
  it.each([
    [unbound, 'has no volume yet', '`lasting_workspaces.storage_class`'],
    [
      "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.",
      'has no volume yet',
      'kubectl describe pvc w',
    ],
    [
      '0/1 nodes are available: persistentvolumeclaim "w" not found.',
      'somebody deleted the claim',
      'while no job has them',
    ],
    [
      '0/1 nodes are available: 1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.',
      'another pod still has',
      'kubectl describe pvc w',
    ],
    [
      '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had volume node affinity conflict.',
      'bound to a node or zone',
      'kubectl delete pvc w',
    ],
    [
      '0/1 nodes are available: 1 node(s) exceed max volume count.',
      'as many volumes as it can attach',
      '`slots`',
    ],
  ])('explains "%s"', (message, waitsFor, operator) => {
    const found = findUnboundClaim(podWith('w'), message);
    expect(found?.waitsFor).toContain(waitsFor);
    expect(found?.operator).toContain(operator);
  });

  it('says nothing of other reasons, or of a pod without a lasting workspace', () => {
    expect(findUnboundClaim(podWith('w'), '0/1 nodes are available: 1 Insufficient memory.')).toBeNull();
    expect(findUnboundClaim({ ...podWith('w'), spec: {} }, unbound)).toBeNull();
    const ofTemplate = '0/1 nodes are available: persistentvolumeclaim "datasets" not found.';
    expect(findUnboundClaim(podWith('w'), ofTemplate)).toBeNull();
  });
});
