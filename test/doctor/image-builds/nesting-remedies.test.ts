import { expect, it } from 'vitest';
import { nestingSteps, remediesForNesting } from '../../../src/doctor/image-builds/nesting-remedies.ts';

it('has one for each step and each kind of node, and makes root first of a job that is not', () => {
  const labels = ['', 'unconfined', 'cri-containerd.apparmor.d (enforce)', 'u:r:container_t:s0'];
  for (const step of nestingSteps)
    for (const label of labels) {
      expect(remediesForNesting(step, { isRoot: true, label }).length).toBeGreaterThan(0);
      expect(remediesForNesting(step, { isRoot: false, label })).toEqual([
        expect.objectContaining({ code: expect.stringContaining('runAsUser: 0') as string }),
      ]);
    }
});
