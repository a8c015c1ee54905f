import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, PodChange } from '../../../src/cluster/cluster.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { warnLateCrashes, watchOver } from '../../../src/stage/run/watch-over.ts';
import { sampleState } from '../attempt-fixture.ts';
import { changed, fakeCluster, type Step, watchesOf } from '../fake-cluster.ts';
import { attemptDirectory, fakeIo, fault } from '../fake-io.ts';
import { ended, podOf } from '../pod-fixture.ts';

const services = [
  { container: 'svc-0', image: 'postgres:16', port: null },
  { container: 'svc-1', image: 'redis:7', port: null },
];
const mark = `${attemptDirectory}/gitlab-pod-executor.svc-0-ended`;
const crashed = [
  'WARNING: The service postgres:16 (services[0]) ended with exit code 1. The job goes on without it. It printed:',
  '  | no room',
];
const readLog = () => Promise.resolve('no room\n');

let ending: (() => void) | undefined;
afterEach(() => ending?.());

function watch(
  pods: Step<PodChange>[],
  { io = fakeIo(), answers = {} }: { io?: ReturnType<typeof fakeIo>; answers?: Partial<Cluster> } = {},
) {
  const cluster = fakeCluster({ ...watchesOf({ pods }), readLog, ...answers });
  const watched = watchOver({
    io,
    cluster,
    state: { ...sampleState, services },
    container: 'build',
    logged: new Set(),
  });
  ending = () => watched.end();
  return {
    io,
    cluster,
    watched,
    dead: new Promise<unknown>((resolve) =>
      watched.died.addEventListener('abort', () => resolve(watched.died.reason)),
    ),
  };
}

describe('watchOver', () => {
  it('asks nothing of the cluster for a sub-stage that is soon over', async () => {
    const { cluster, watched, io } = watch([changed(podOf())]);
    watched.end();
    await new Promise(setImmediate);
    expect([cluster.calls, io.messages(), watched.died.aborted]).toEqual([[], '', false]);
  });

  it.each([
    ['deleted', { kind: 'gone' } as const, 'pod-gone'],
    [
      'evicted',
      changed(
        podOf({}, { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' }),
      ),
      'pod-evicted',
    ],
    [
      'replaced',
      changed({ ...podOf(), metadata: { name: 'job-1001-abcdefgh', uid: 'another' } }),
      'pod-gone',
    ],
    ['killed for memory', changed(podOf({ build: ended(137, 'OOMKilled') })), 'out-of-memory'],
  ])('finds a pod dead that is %s, and says why', async (_, change, code) => {
    const { dead } = watch([changed(podOf()), change]);
    expect(await dead).toMatchObject({ code });
  });

  it('leaves a container alone that this sub-stage does not run in', async () => {
    const { io, watched, cluster } = watch([
      changed(podOf({ helper: ended(137, 'OOMKilled') })),
      changed(podOf({ 'svc-0': ended(1) })),
    ]);
    await vi.waitFor(() => expect(io.lines()).toEqual(crashed), 5000);
    expect(watched.died.aborted).toBe(false);
    expect(cluster.of('watchPod')[0]?.[0]).toBe(sampleState.pod.name);
  });

  it("continues to watch when the runner's disk is full", async () => {
    const io = fakeIo();
    io.stored.set(mark, fault('ENOSPC', 'no space left on device'));
    const { dead } = watch([changed(podOf({ 'svc-0': ended(1) })), { kind: 'gone' }], { io });
    expect(await dead).toMatchObject({ code: 'pod-gone' });
    expect(io.lines()).toEqual(crashed);
  });

  it('says that it cannot watch, and does not take the pod for dead', async () => {
    const { io, watched } = watch([
      new SystemFailure('forbidden', { what: 'Cannot watch pods:\u001b[2J refused.' }),
    ]);
    await vi.waitFor(
      () => expect(io.lines()).toEqual(["The job's pod cannot be watched: Cannot watch pods:?[2J refused."]),
      5000,
    );
    expect(watched.died.aborted).toBe(false);
  });

  it('says nothing about a watch that breaks when it is ended', async () => {
    const { io, watched } = watch([
      () => {
        watched.end();
        throw new Error('broken off');
      },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 1700));
    expect(io.messages()).toBe('');
  });
});

describe('warnLateCrashes', () => {
  const state = { ...sampleState, services };

  it('warns of what crashed beside a script that was over soon', async () => {
    const io = fakeIo();
    const cluster = fakeCluster({ readLog, getPod: async () => podOf({ 'svc-0': ended(1) }) });
    await warnLateCrashes({ io, cluster, state, logged: new Set() });
    expect(io.lines()).toEqual(crashed);
  });

  it('asks nothing for a job without services, and says nothing when it gets no answer', async () => {
    const io = fakeIo();
    const cluster = fakeCluster({ getPod: () => Promise.reject(new Error('away')) });
    await warnLateCrashes({ io, cluster, state: sampleState, logged: new Set() });
    expect(cluster.calls).toEqual([]);
    await warnLateCrashes({ io, cluster, state, logged: new Set() });
    expect(io.messages()).toBe('');
  });
});
