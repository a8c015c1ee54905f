import { describe, expect, it } from 'vitest';
import { timeOf, viewClaim } from '../../src/workspace/claim-view.ts';
import { ago, now, sampleClaim } from './sample-claim.ts';

describe('viewClaim', () => {
  it('reads who has a workspace, whose files are on it, and how large it is', () => {
    const holder = { jobId: '7', since: 30 };
    expect(viewClaim(sampleClaim('a', { slot: 2, lastUsed: 30, holder, size: '20Gi' }))).toMatchObject({
      name: 'a',
      slot: 2,
      user: '1000:1000:1000',
      holder: { jobId: '7', since: now.getTime() - 30_000 },
      lastUsed: now.getTime() - 30_000,
      isGoing: false,
      bytes: 20 * 1024 ** 3,
    });
  });

  it('counts what a volume has, where that is more than was asked for', () => {
    const claim = { ...sampleClaim('a'), status: { phase: 'Bound', capacity: { storage: '2Gi' } } };
    expect(viewClaim(claim).bytes).toBe(2 * 1024 ** 3);
  });

  it('takes the day that it was made where nobody says when it was used', () => {
    const { metadata, ...rest } = sampleClaim('a', { holder: { jobId: '7', since: 1 } });
    const annotations = { 'gitlab-pod-executor/held-since': 'soon' };
    const view = viewClaim({ ...rest, metadata: { ...metadata, annotations } });
    expect([view.lastUsed, view.holder?.since]).toEqual([Date.parse(ago(7200)), Date.parse(ago(7200))]);
  });

  it.each(['', '0', 'x', '1x', '-1'])('does not take %j for a number of a slot', (slot) => {
    const { metadata, ...rest } = sampleClaim('a');
    const labels = { 'gitlab-pod-executor/slot': slot };
    expect(viewClaim({ ...rest, metadata: { ...metadata, labels } }).slot).toBe(0);
  });
});

describe('timeOf', () => {
  it.each([undefined, '', 'yesterday'])('knows no time in %j', (text) => {
    expect(timeOf(text)).toBeNull();
  });
});
