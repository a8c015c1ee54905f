import { describe, expect, it } from 'vitest';
import type { ClusterNode } from '../../../src/cluster/cluster.ts';
import { type Placement, whyNotTaken } from '../../../src/doctor/nodes/takes-pod.ts';
import { healthyNode } from '../../stage/doctor-patient.ts';

const node = healthyNode('a', { size: 'large', cores: '16' });
const tainted = (effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'): ClusterNode => ({
  ...node,
  spec: { taints: [{ key: 'ci', value: 'yes', effect }] },
});
const affinity = (...matchExpressions: readonly object[]): Placement => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions } as never] },
    },
  },
});

describe('whyNotTaken', () => {
  it.each([
    ['a healthy node', node, {}, null],
    ['a cordoned one', { ...node, spec: { unschedulable: true } }, {}, 'cordoned'],
    [
      'one that is not ready',
      { ...node, status: { conditions: [{ type: 'Ready', status: 'Unknown' as const }] } },
      {},
      'not ready',
    ],
    ['one with the label', node, { nodeSelector: { size: 'large' } }, null],
    ['one without it', node, { nodeSelector: { size: 'small' } }, 'no label size=small'],
    ['a taint', tainted('NoSchedule'), {}, 'taint ci=yes:NoSchedule'],
    ['a taint that is a preference', tainted('PreferNoSchedule'), {}, null],
    [
      'a taint and its toleration',
      tainted('NoExecute'),
      { tolerations: [{ key: 'ci', value: 'yes' }] },
      null,
    ],
    [
      'a taint and a toleration of another value',
      tainted('NoExecute'),
      { tolerations: [{ key: 'ci', value: 'no' }] },
      'taint ci=yes:NoExecute',
    ],
    [
      'a taint and a toleration of another effect',
      tainted('NoExecute'),
      { tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }] },
      'taint ci=yes:NoExecute',
    ],
    ['a toleration of everything', tainted('NoSchedule'), { tolerations: [{ operator: 'Exists' }] }, null],
  ] satisfies [string, ClusterNode, Placement, string | null][])(
    'the answer about %s is what the scheduler says',
    (_, which, pod, why) => expect(whyNotTaken(which, pod)).toBe(why),
  );

  it.each([
    [{ key: 'size', operator: 'In', values: ['large'] }, true],
    [{ key: 'size', operator: 'NotIn', values: ['large'] }, false],
    [{ key: 'size', operator: 'Exists' }, true],
    [{ key: 'size', operator: 'DoesNotExist' }, false],
    [{ key: 'cores', operator: 'Gt', values: ['8'] }, true],
    [{ key: 'cores', operator: 'Lt', values: ['8'] }, false],
    [{ key: 'cores', operator: 'Near', values: ['8'] }, false],
  ])('a required affinity of %j decides', (expression, takes) => {
    expect(whyNotTaken(node, affinity(expression))).toBe(takes ? null : 'node affinity');
  });
});
