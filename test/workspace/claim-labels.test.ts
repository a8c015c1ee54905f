import { describe, expect, it } from 'vitest';
import { released } from '../../src/workspace/claim-labels.ts';
import { now } from './sample-claim.ts';

describe('released', () => {
  it('takes back whose it is, and says when it was used if it was', () => {
    const labels = { 'gitlab-pod-executor/job-id': null };
    const gone = { 'gitlab-pod-executor/held-since': null };
    const used = { ...gone, 'gitlab-pod-executor/last-used': now.toISOString() };
    expect(released(now)).toEqual({ labels, annotations: used });
    expect(released(null)).toEqual({ labels, annotations: gone });
  });
});
