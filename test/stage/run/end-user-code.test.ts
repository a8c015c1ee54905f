import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, ExecResult, Pod } from '../../../src/cluster/cluster.ts';
import { endProcessOne } from '../../../src/in-container/commands.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { endUserCode } from '../../../src/stage/run/end-user-code.ts';
import { sampleState } from '../attempt-fixture.ts';
import { answering, changed, type FakeCluster, fakeCluster, type Step, watchesOf } from '../fake-cluster.ts';
import { fakeIo } from '../fake-io.ts';
import { ended, podOf } from '../pod-fixture.ts';

const lost: ExecResult = { kind: 'lost', message: 'reset' };
const away = new SystemFailure('cluster-unreachable', { what: 'Cannot get pod.' });
const alive = podOf();
/** As process 1 ends when it is told to, and the kubelet says it. */
const over = podOf({ build: ended(143) });

/** The first exec is the one of endQuickly. */
function noQuickEnd(exec: Cluster['exec']): Cluster['exec'] {
  let isFirst = true;
  return (request) => {
    const end: ExecResult = { kind: 'refused', httpStatus: 503, reason: '', message: 'not now' };
    const answer = isFirst ? answering('', { end }) : exec;
    isFirst = false;
    return answer(request);
  };
}

/** A pod as each look finds it, the last for ever; the watch shows an end as soon as it is asked. */
function clusterOf(looks: (Pod | null | Error)[], answers: Partial<Cluster> = {}): FakeCluster {
  return fakeCluster({
    getPod: () => {
      const look = (looks.length > 1 ? looks.shift() : looks[0]) ?? null;
      return look instanceof Error ? Promise.reject(look) : Promise.resolve(look);
    },
    deletePod: () => Promise.resolve('deleting'),
    ...watchesOf({ pods: [changed(over), 'wait'] }),
    ...answers,
    exec: noQuickEnd(answers.exec ?? answering('', { end: lost })),
  });
}

const callsOf = ({ calls }: FakeCluster) => calls.filter((call) => call !== 'watchPod');

/** The rest is tested where it is used: test/stage/run/run.test.ts. */
describe('endUserCode', () => {
  it('asks process 1 to end, by the shell that prepare found', async () => {
    const cluster = clusterOf([alive, over]);
    await endUserCode(fakeIo(), cluster, sampleState);
    expect(callsOf(cluster)).toEqual(['exec', 'getPod', 'exec', 'getPod']);
    expect(cluster.of('exec')[0]?.[0]).toMatchObject({
      pod: sampleState.pod.name,
      container: 'build',
      command: endProcessOne('/bin/sh'),
    });
  });

  it.each([
    ['by being told before', over],
    ['for memory', podOf({ build: ended(137, 'OOMKilled') })],
  ])('waits for nothing where the container has ended %s', async (_, pod) => {
    const cluster = clusterOf([pod]);
    await endUserCode(fakeIo(), cluster, sampleState);
    expect(cluster.calls).toEqual(['exec', 'getPod']);
  });

  it("does not wait for an exec that never ends, once the kubelet's word is there", async () => {
    const seen: Step<ReturnType<typeof changed>>[] = [changed(alive), changed(over), 'wait'];
    const cluster = clusterOf([alive, over], {
      exec: ({ signal }) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve(lost))),
      ...watchesOf({ pods: seen }),
    });
    await endUserCode(fakeIo(), cluster, sampleState);
    expect(callsOf(cluster)).toEqual(['exec', 'getPod', 'exec', 'getPod']);
  });

  it('waits for an API server that is away for a moment', async () => {
    const cluster = clusterOf([away, away, over]);
    await endUserCode(fakeIo(), cluster, sampleState);
    expect(callsOf(cluster)).toEqual(['exec', 'getPod', 'exec', 'getPod', 'exec', 'getPod']);
  });

  it('asks nothing once it is known that the container has ended', async () => {
    const io = fakeIo();
    await endUserCode(io, clusterOf([over]), sampleState);
    const cluster = clusterOf([]);
    await endUserCode(io, cluster, sampleState);
    expect(cluster.calls).toEqual([]);
  });

  it.each([
    ['is gone', null],
    ['is another one', { ...over, metadata: { ...over.metadata, uid: 'uid-2' } }],
  ])('takes no end from a pod that %s', async (_, pod) => {
    const cluster = clusterOf([alive, pod]);
    await expect(endUserCode(fakeIo(), cluster, sampleState)).rejects.toMatchObject({ code: 'pod-gone' });
  });

  describe('gives up in the end', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
    afterEach(() => vi.useRealTimers());

    /** What a container says while the time passes. */
    const timePasses =
      (stdout: string, end: ExecResult): Cluster['exec'] =>
      (request) => {
        vi.advanceTimersByTime(16_000);
        return answering(stdout, { end })(request);
      };
    const refused: ExecResult = { kind: 'refused', httpStatus: 500, reason: 'InternalError', message: 'x' };

    it.each([
      ['says that it has ended', 'ended\n', { kind: 'exited', code: 0 } as const],
      ['takes no exec', '', refused],
    ])('gives up in the end on a container that %s and lives on, with its pod', async (_, said, end) => {
      const cluster = clusterOf([alive], {
        exec: timePasses(said, end),
        // Its words for the watch: it is not believed either.
        ...watchesOf({ pods: [changed(over)] }),
      });
      await expect(endUserCode(fakeIo(), cluster, sampleState)).rejects.toMatchObject({
        code: 'stream-lost',
        message: expect.stringMatching(/^The job's build container did not end within 30 s, /) as string,
      });
      expect(cluster.of('exec')).toHaveLength(3);
      expect(cluster.of('deletePod').map(([pod]) => pod)).toEqual([sampleState.pod]);
    });

    it.each([
      ['confirmed', () => Promise.resolve('deleting' as const), ", so the job's pod is deleted. "],
      [
        'did not confirm',
        () => Promise.reject(away),
        ", and the cluster did not confirm that the job's pod is deleted. ",
      ],
    ])('claims that the pod is deleted only where the cluster %s it', async (_, deletePod, said) => {
      const cluster = clusterOf([alive], { exec: timePasses('', refused), deletePod });
      await expect(endUserCode(fakeIo(), cluster, sampleState)).rejects.toMatchObject({
        message: expect.stringContaining(`processes may still be alive${said}`) as string,
      });
    });

    it.each([
      ['stays away', away, 'stream-lost'],
      ['refuses us', new SystemFailure('unauthorized', { what: 'Cannot get pod.' }), 'unauthorized'],
    ])('gives up in the end on an API server that %s', async (_, failure, code) => {
      const cluster = clusterOf([failure], {
        exec: timePasses('', refused),
        deletePod: () => Promise.reject(away),
      });
      await expect(endUserCode(fakeIo(), cluster, sampleState)).rejects.toMatchObject({ code });
    });

    it('no sooner than an operator wants lost connections to be looked for', async () => {
      const state = { ...sampleState, timeouts: { reconnect: 50, stopGrace: 0 } };
      const cluster = clusterOf([alive], { exec: timePasses('', refused) });
      await expect(endUserCode(fakeIo(), cluster, state)).rejects.toThrow(/did not end within 50 s/);
      expect(cluster.of('exec')).toHaveLength(5);
    });
  });
});
