import { describe, expect, it } from 'vitest';
import { viewClaim } from '../../src/workspace/claim-view.ts';
import { findIdleWorkspaces, type IdleQuestion } from '../../src/workspace/idle-workspaces.ts';
import { now, podWith, type SampleClaim, sampleClaim } from './sample-claim.ts';

function find(claims: Readonly<Record<string, SampleClaim>>, rest: Partial<IdleQuestion> = {}) {
  const { expired, beyondTotal, forgotten, ...sums } = findIdleWorkspaces({
    claims: Object.entries(claims).map(([name, claim]) => viewClaim(sampleClaim(name, claim))),
    pods: [],
    now,
    startSeconds: 1200,
    maxIdleSeconds: 3600,
    maxTotal: null,
    ...rest,
  });
  const names = (found: typeof expired): string => found.map(({ name }) => name).join(' ');
  return {
    expired: names(expired),
    beyondTotal: names(beyondTotal),
    forgotten: names(forgotten),
    ...sums,
    bytes: sums.bytes / 1024 ** 3,
  };
}

const none = { expired: '', beyondTotal: '', forgotten: '' };

describe('findIdleWorkspaces', () => {
  it('finds those that no job used for as long as the policy says', () => {
    const claims = { a: { lastUsed: 3600 }, b: { lastUsed: 3599 } };
    expect(find(claims)).toEqual({ ...none, expired: 'a', inUse: 0, bytes: 1 });
  });

  it('finds, beyond the total, those that are idle for the longest, and no more than needed', () => {
    const claims = { a: { lastUsed: 30 }, b: { lastUsed: 90 }, c: { lastUsed: 60 }, d: { lastUsed: 9999 } };
    expect(find(claims, { maxTotal: 2 * 1024 ** 3 })).toEqual({
      ...none,
      expired: 'd',
      beyondTotal: 'b',
      inUse: 0,
      bytes: 2,
    });
  });

  it.each([
    ['has a pod', {}, [podWith('a')]],
    ['has a pod on its way out', {}, [podWith('a', { leavingFor: 1 })]],
    ['is held by a job whose pod is still to come', { holder: { jobId: '7', since: 60 } }, []],
  ])('never finds one that %s, however old and large', (_, rest, pods) => {
    const claims = { a: { lastUsed: 999_999, size: '9Gi', ...rest } };
    expect(find(claims, { pods, maxTotal: 1 })).toEqual({ ...none, inUse: 1, bytes: 9 });
  });

  it('finds what a job that is gone never gave back', () => {
    const claims = { a: { holder: { jobId: '7', since: 2000 } }, b: {} };
    expect(find(claims)).toEqual({ ...none, forgotten: 'a', inUse: 0, bytes: 2 });
  });

  it('leaves out what is being deleted', () => {
    expect(find({ a: { lastUsed: 9999, isGoing: true } })).toEqual({ ...none, inUse: 0, bytes: 0 });
  });
});
