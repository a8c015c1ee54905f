import { describe, expect, it } from 'vitest';
import type { ExecResult, Pod } from '../../src/cluster/cluster.ts';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { type RecoveryInput, startRecovery } from '../../src/stream/recovery.ts';
import { fakeCluster } from '../stage/fake-cluster.ts';
import { ended, podIdentity, podOf } from '../stage/pod-fixture.ts';

const lost: ExecResult = { kind: 'lost', message: 'reset' };
const refused: ExecResult = { kind: 'refused', httpStatus: 403, reason: 'Forbidden', message: 'no' };
const gaveUp = new SystemFailure('stream-lost', { what: 'It did not come back.' });
const away = new SystemFailure('cluster-unreachable', { what: 'Cannot get pod.' });
const forbidden = new SystemFailure('forbidden', { what: 'Cannot get pod.' });

function recovery(look: Pod | null | Error, given: Partial<RecoveryInput> = {}) {
  return startRecovery({
    cluster: fakeCluster({
      getPod: () => (look instanceof Error ? Promise.reject(look) : Promise.resolve(look)),
    }),
    pod: podIdentity,
    container: 'build',
    signal: new AbortController().signal,
    isOver: () => false,
    giveUp: () => gaveUp,
    hasOwnPause: true,
    ...given,
  });
}

describe('startRecovery', () => {
  it.each<[string, Pod | Error, ExecResult]>([
    ['a pod that lives', podOf(), lost],
    ['an API server that does not answer', away, lost],
    ['a refusal that may pass', podOf(), refused],
    ['a refusal of the look at the pod that may pass', forbidden, lost],
  ])('tries again after %s', async (_, look, end) => {
    expect(await recovery(look).next(end)).toBe(false);
  });

  it.each<[string, Pod | null, object]>([
    ['is gone', null, { code: 'pod-gone' }],
    ['has a namesake', { ...podOf(), metadata: { ...podIdentity, uid: 'uid-2' } }, { code: 'pod-gone' }],
    ['ran out of memory', podOf({ build: ended(137, 'OOMKilled') }), { code: 'out-of-memory' }],
  ])('ends with the death of a pod that %s, also when the time is over', async (_, pod, failure) => {
    await expect(recovery(pod, { isOver: () => true }).next(lost)).rejects.toMatchObject(failure);
  });

  it.each<[string, Pod | null | Error, string | undefined]>([
    ['a pod that lives', podOf(), undefined],
    ['an API server that does not answer', away, undefined],
    ['a pod that is gone', null, 'pod-gone'],
  ])('finds a death without another try: %s', async (_, look, code) => {
    expect((await recovery(look).findDeath())?.code).toBe(code);
  });

  it('lets the caller see more in a pod than its death', async () => {
    const unusable = new BuildFailure('image-unusable', { what: 'It has no shell.' });
    const explained = recovery(podOf({ build: ended(137, 'OOMKilled') }), { explainPod: () => unusable });
    await expect(explained.next(lost)).rejects.toBe(unusable);
  });

  it.each<[string, Pod | Error, ExecResult, object]>([
    ['gives up', podOf(), lost, gaveUp],
    ['gives up on an API server that does not answer', away, lost, gaveUp],
    ['believes a refusal of exec', podOf(), refused, { code: 'forbidden' }],
    ['believes a refusal of the look', forbidden, lost, forbidden],
  ])('%s when the time is over', async (_, look, end, failure) => {
    await expect(recovery(look, { isOver: () => true }).next(end)).rejects.toMatchObject(failure);
  });

  it("takes the pod's status for the proof that it is done, also when the time is over", async () => {
    const isDone = (pod: Pod): boolean => pod.metadata.uid === podIdentity.uid;
    expect(await recovery(podOf(), { isDone, isOver: () => true }).next(lost)).toBe(true);
    expect(await recovery(away, { isDone }).next(lost)).toBe(false);
  });

  it('says nothing once it is ended: the caller knows why', async () => {
    const signal = AbortSignal.abort();
    expect(await recovery(away, { signal, isOver: () => true }).next(refused)).toBe(false);
  });
});
