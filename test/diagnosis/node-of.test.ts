import { describe, expect, it } from 'vitest';
import { nodeOf } from '../../src/diagnosis/node-of.ts';
import { podOf } from '../stage/pod-fixture.ts';

describe('nodeOf', () => {
  it.each([
    ['whose name is known', { ...podOf(), spec: { nodeName: 'node-7\u001b[2J' } }, 'the node node-7?[2J'],
    ['without a name', { ...podOf(), spec: {} }, "the pod's node"],
    ['of a pod that nobody could look at', null, "the pod's node"],
  ])('names a node %s', (_, pod, expected) => {
    expect(nodeOf(pod)).toBe(expected);
  });
});
