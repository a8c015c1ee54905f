import { describe, expect, it } from 'vitest';
import { chooseSlot, type SlotQuestion } from '../../src/workspace/choose-slot.ts';
import { viewClaim } from '../../src/workspace/claim-view.ts';
import { now, podWith, type SampleClaim, sampleClaim } from './sample-claim.ts';

function choose(claims: Readonly<Record<string, SampleClaim>>, rest: Partial<SlotQuestion> = {}): string {
  const choice = chooseSlot({
    claims: Object.entries(claims).map(([name, claim]) => viewClaim(sampleClaim(name, claim))),
    pods: [],
    now,
    startSeconds: 1200,
    jobId: '7',
    user: '1000:1000:1000',
    slots: 2,
    ...rest,
  });
  switch (choice.kind) {
    case 'make':
      return `make ${choice.slot}`;
    case 'none':
      return choice.why;
    default:
      return `${choice.kind} ${choice.claim.name}`;
  }
}

const another = '1001:1001:1001';

describe('chooseSlot', () => {
  it('makes the first workspace of a project', () => {
    expect(choose({})).toBe('make 1');
  });

  it('prefers the one that was used last: what it has is newest, and the others may grow old', () => {
    expect(choose({ a: { lastUsed: 600 }, b: { slot: 2, lastUsed: 60 } })).toBe('take b');
  });

  it('takes the one that an earlier attempt of the same job held', () => {
    const claims = { a: { lastUsed: 600, holder: { jobId: '7', since: 60 } }, b: { slot: 2 } };
    expect(choose(claims, { pods: [podWith('a')] })).toBe('take a');
  });

  it('makes a new one rather than wait for one in use', () => {
    expect(choose({ a: {} }, { pods: [podWith('a')] })).toBe('make 2');
    expect(choose({ b: { slot: 2 } }, { pods: [podWith('b')] })).toBe('make 1');
  });

  it('waits for one that is just given back rather than make a new one, and rather takes a free one', () => {
    const pods = [podWith('a', { leavingFor: 1 })];
    expect(choose({ a: {} }, { pods })).toBe('take a');
    expect(choose({ a: {}, b: { slot: 2, lastUsed: 600 } }, { pods })).toBe('take b');
  });

  it('has none while all are in use', () => {
    expect(choose({ a: {}, b: { slot: 2 } }, { pods: [podWith('a'), podWith('b')] })).toBe('in-use');
  });

  it('leaves alone what another job has just taken', () => {
    expect(choose({ a: { holder: { jobId: '8', since: 5 } } }, { slots: 1 })).toBe('in-use');
  });

  it("never takes one with another user's files", () => {
    expect(choose({ a: { user: another } })).toBe('make 2');
    expect(choose({ a: { user: another } }, { slots: 1 })).toBe('of-others');
  });

  it("replaces another user's after an hour, the one that was idle for the longest", () => {
    const claims = {
      a: { user: another, lastUsed: 4000 },
      b: { slot: 2, user: another, lastUsed: 5000 },
    };
    expect(choose(claims)).toBe('replace b');
    expect(choose(claims, { pods: [podWith('b')] })).toBe('replace a');
    expect(choose({ a: { user: another, lastUsed: 3599 } }, { slots: 1 })).toBe('of-others');
  });

  it('takes nothing that is being deleted, and not its number either', () => {
    expect(choose({ a: { isGoing: true } })).toBe('make 2');
    expect(choose({ a: { isGoing: true } }, { slots: 1 })).toBe('in-use');
  });

  it('does not use those that the policy has no room for any more', () => {
    expect(choose({ a: {}, c: { slot: 3, lastUsed: 1 } })).toBe('take a');
    expect(choose({ b: { slot: 2 }, c: { slot: 3 } }, { slots: 1 })).toBe('in-use');
  });
});
