import { describe, expect, it } from 'vitest';
import type { ExecEnd } from '../../src/cluster/cluster.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { endUserCode } from '../../src/stage/end-user-code.ts';
import { sampleState } from './attempt-fixture.ts';
import { answering, fakeCluster } from './fake-cluster.ts';
import { fakeIo } from './fake-io.ts';
import { podOf } from './pod-fixture.ts';

const lost: ExecEnd = { kind: 'lost', message: 'reset' };
const away = new SystemFailure('cluster-unreachable', 'Cannot get pod.');

/** The rest is tested where it is used: test/stage/run.test.ts. */
describe('endUserCode', () => {
  it('waits for an API server that is away for a moment', async () => {
    const answers = [answering('', { end: lost }), answering('ended\n')];
    const cluster = fakeCluster({
      exec: (request) => answers.shift()!(request),
      getPod: () => Promise.reject(away),
    });
    await endUserCode(fakeIo(), cluster, sampleState);
    expect(cluster.calls).toEqual(['exec', 'getPod', 'exec']);
  });

  it.each([
    ['stays away', () => Promise.reject(away), 'stream-lost'],
    ['makes up successes', () => Promise.resolve(podOf()), 'stream-lost'],
    [
      'refuses us',
      () => Promise.reject(new SystemFailure('unauthorized', 'Cannot get pod.')),
      'unauthorized',
    ],
  ])('gives up on an API server that %s for `timeouts.reconnect`', async (_, getPod, code) => {
    const state = { ...sampleState, timeouts: { reconnect: 0, stopGrace: 0 } };
    const cluster = fakeCluster({ exec: answering(''), getPod });
    await expect(endUserCode(fakeIo(), cluster, state)).rejects.toMatchObject({ code });
  });
});
