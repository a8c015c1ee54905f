import { describe, expect, it } from 'vitest';
import { viewClaim } from '../../src/workspace/claim-view.ts';
import { type Occupancy, occupancyOf, startSecondsOf } from '../../src/workspace/occupancy.ts';
import { samplePolicy } from '../pod/sample-job.ts';
import { now, podWith, type SampleClaim, sampleClaim } from './sample-claim.ts';

const heldFor = (since: number): SampleClaim => ({ holder: { jobId: '7', since } });

describe('occupancyOf', () => {
  it.each<[string, SampleClaim, Parameters<typeof podWith>[1] | null, Occupancy]>([
    ['nobody holds and no pod has', {}, null, 'free'],
    ['a pod has, whatever its marks say', {}, {}, 'taken'],
    ['a pod has that waits for a node', heldFor(9999), { status: { phase: 'Pending' } }, 'taken'],
    ['a pod has that ended', {}, { status: { phase: 'Failed' } }, 'free'],
    ['a pod has that is being deleted', {}, { leavingFor: 3 }, 'leaving'],
    ['a pod has that is stuck in its deletion', {}, { leavingFor: 61 }, 'taken'],
    ['a job holds whose pod is still to come', heldFor(1199), null, 'taken'],
    ['a job holds whose pod never came, or is gone', heldFor(1200), null, 'free'],
    ['a job holds whose pod is on its way out', heldFor(9999), { leavingFor: 3 }, 'leaving'],
  ])('knows a workspace that %s', (_, claim, pod, expected) => {
    const pods = [podWith('another'), ...(pod === null ? [] : [podWith('a', pod)])];
    const witness = { pods, now, startSeconds: 1200 };
    expect(occupancyOf(viewClaim(sampleClaim('a', claim)), witness)).toBe(expected);
  });
});

describe('startSecondsOf', () => {
  it('gives a pod as long as prepare would wait for it, and ten minutes', () => {
    expect(startSecondsOf({ timeouts: { ...samplePolicy.timeouts, ready: 900 } })).toBe(1500);
  });
});
