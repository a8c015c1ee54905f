// Which objects are left over is tested through sweep itself; here is what doctor and the reports share with it.
import { describe, expect, it } from 'vitest';
import { defaultGracePeriods, findLeftovers } from '../../src/sweep/sweep-leftovers.ts';

describe('defaultGracePeriods', () => {
  it('gives secrets as long as prepare may wait for their pod, and ten minutes', () => {
    const timeouts = { ready: 300, reconnect: 1, stop_grace: 1 };
    expect(defaultGracePeriods({ timeouts })).toEqual({ finishedAfterSeconds: 600, secretAfterSeconds: 900 });
  });
});

describe('findLeftovers', () => {
  it('finds nothing in an empty namespace', () => {
    const patience = { finishedAfterSeconds: 600, secretAfterSeconds: 900 };
    expect(findLeftovers({ pods: [], secrets: [], now: new Date(0), gracePeriods: patience })).toEqual({
      leftovers: [],
      podsInUse: 0,
      podsGoing: 0,
      withoutDeadline: [],
    });
  });
});
