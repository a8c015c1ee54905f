import { expect, it } from 'vitest';
import { pinToNode } from '../../../src/doctor/nodes/pin-to-node.ts';
import { type Placement, whyNotTaken } from '../../../src/doctor/nodes/takes-pod.ts';
import { healthyNode } from '../../stage/doctor-patient.ts';

const required = (...nodeSelectorTerms: readonly object[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const large = { matchExpressions: [{ key: 'size', operator: 'In', values: ['large'] }] };
const arm = { matchExpressions: [{ key: 'arch', operator: 'Exists' }] };

it.each([
  ['without an affinity', {}, ['a']],
  ['with alternatives', required(large, arm), ['a']],
  ['that the node does not fit', required(arm), []],
])('a pod %s goes to the one node alone, if it may', (_, spec, taking) => {
  const pinned = pinToNode({ spec: { priority: 1, ...spec } }, 'a')['spec'] as Placement & {
    priority: number;
  };
  const nodes = [healthyNode('a', { size: 'large' }), healthyNode('b', { size: 'large' })];

  expect(
    nodes.filter((node) => whyNotTaken(node, pinned) === null).map(({ metadata }) => metadata.name),
  ).toEqual(taking);
  expect(pinned.priority).toBe(1);
});
