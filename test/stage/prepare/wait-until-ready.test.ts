import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, ClusterEvent, Pod, PodChange } from '../../../src/cluster/cluster.ts';
import { newSaidPulls } from '../../../src/diagnosis/said-pulls.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { startDeadline } from '../../../src/stage/deadline.ts';
import { waitUntilReady } from '../../../src/stage/prepare/wait-until-ready.ts';
import { changed, fakeCluster, type Step, watchesOf } from '../fake-cluster.ts';
import { creating, ended, pendingPod, podIdentity, podOf, unscheduled, waiting } from '../pod-fixture.ts';

interface Given {
  readonly pods?: readonly Step<PodChange>[];
  readonly events?: readonly Step<ClusterEvent>[];
  readonly containers?: readonly string[];
  readonly deadlineSeconds?: number;
  readonly serviceSeconds?: number;
  readonly stop?: AbortController;
  readonly answers?: Partial<Cluster>;
}

/** Waits as prepare does; what it tells is kept, warnings with a `!` before them. */
function wait({
  pods = [],
  events = [],
  containers = ['build', 'helper'],
  deadlineSeconds = 60,
  serviceSeconds = 30,
  stop,
  answers,
}: Given) {
  const told: string[] = [];
  const deadline = startDeadline(deadlineSeconds);
  const cluster = fakeCluster({ ...watchesOf({ pods, events }), ...answers });
  const done = waitUntilReady({
    cluster,
    pod: podIdentity,
    containers,
    deadline,
    serviceSeconds,
    saidPulls: newSaidPulls(),
    log: (text, importance) => told.push(`${importance === 'warning' ? '! ' : ''}${text}`),
    signal: (stop ?? new AbortController()).signal,
  });
  done.catch(() => undefined);
  return { done, told, cluster, deadline };
}

const event = (reason: string, message: string, type: ClusterEvent['type'] = 'Normal'): ClusterEvent => ({
  uid: `${reason}${message}`,
  type,
  reason,
  message,
});
const pause = (): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), 20));
const ready = changed(podOf());
afterEach(() => vi.useRealTimers());

describe('waitUntilReady', () => {
  it('returns the pod as soon as all of it runs, though nothing else ever happens', async () => {
    const { done, told, cluster } = wait({ pods: [ready] });
    expect(await done).toEqual({ kind: 'ready', pod: podOf(), lateServices: [] });
    expect([told, cluster.calls]).toEqual([[], ['watchEvents', 'watchPod']]);
  });

  it('logs what it waits for, each reason once', async () => {
    const full = '0/1 nodes are available: 1 Insufficient cpu.';
    const { done, told } = wait({
      pods: [
        changed(pendingPod(unscheduled(full))),
        changed(pendingPod(unscheduled(full))),
        changed(pendingPod()),
        changed(podOf({ build: waiting('ErrImagePull', 'dial tcp: i/o timeout'), helper: creating })),
        changed(podOf({ build: waiting('ImagePullBackOff', 'Back-off'), helper: creating })),
        changed(podOf({ build: waiting('ErrImagePull', 'dial tcp: i/o timeout'), helper: creating })),
        ready,
      ],
    });
    expect(await done).toMatchObject({ kind: 'ready' });
    expect(told).toEqual([
      `! no node has room for the pod yet: ${full}`,
      'build: ErrImagePull (dial tcp: i/o timeout)',
      'build: ImagePullBackOff (Back-off)',
    ]);
  });

  it('logs events as they come, warnings as such, and nothing that moves a cursor', async () => {
    const { done, told } = wait({
      events: [
        event('Scheduled', 'Successfully assigned ci/job-1 to node-7'),
        event('FailedMount', 'MountVolume.SetUp failed\u001b[2J\r\n\u001b[0Ksection_end:1:x\r', 'Warning'),
        event('\u001b[31m', '\u009bm\u202e'),
        { ...event('Created', 'Container created'), container: 'svc-0' },
      ],
      pods: [pause, ready],
    });
    await done;
    expect(told).toEqual([
      'Scheduled: Successfully assigned ci/job-1 to node-7',
      '! FailedMount: MountVolume.SetUp failed?[2J? ?[0Ksection_end:1:x?',
      '?[31m: ?m?',
      'Created (services[0]): Container created',
    ]);
  });

  describe('says once why a pull failed', () => {
    const cause = 'rpc error: code = Unavailable desc = registry.example.org/a:1: dial tcp: i/o timeout';
    const failed = {
      ...event('Failed', `Failed to pull image "a:1": ${cause}`, 'Warning'),
      container: 'build',
    };
    const error = { ...event('Failed', 'Error: ErrImagePull', 'Warning'), container: 'build' };
    const backOff = `Back-off pulling image "a:1": ErrImagePull: ${cause}`;
    const states = [
      changed(podOf({ build: waiting('ErrImagePull', cause), helper: creating })),
      changed(podOf({ build: waiting('ImagePullBackOff', backOff), helper: creating })),
    ];
    const events = [failed, error, { ...event('BackOff', backOff), container: 'build' }];

    it('as an event, where that comes first', async () => {
      const { done, told } = wait({ events, pods: [pause, ...states, pause, ready] });
      await done;
      expect(told).toEqual([`! Failed (build): Failed to pull image "a:1": ${cause}`]);
    });

    it("as the container's reason, where that comes first, or events cannot be read", async () => {
      const { done, told } = wait({ events: [pause, ...events], pods: [...states, pause, pause, ready] });
      await done;
      expect(told).toEqual([`build: ErrImagePull (${cause})`]);
    });
  });

  it('continues without events when they cannot be read', async () => {
    const { done, told } = wait({
      events: [new SystemFailure('forbidden', { what: 'Cannot list events:\u001b[2J no.' })],
      pods: [pause, ready],
    });
    expect(await done).toMatchObject({ kind: 'ready' });
    expect(told).toEqual(['events cannot be read: Cannot list events:?[2J no.']);
  });

  it("fails with the cluster's own words when the pod may not be watched", async () => {
    const refusal = new SystemFailure('forbidden', { what: 'Cannot watch pods.' });
    await expect(wait({ pods: [refusal] }).done).rejects.toBe(refusal);
  });

  it.each([
    ['not-found', 'manifest unknown'],
    ['denied', 'requested access to the resource is denied'],
  ])('ends at once with a pull that will never work: %s', async (kind, message) => {
    const { done } = wait({
      pods: [changed(podOf({ build: waiting('ErrImagePull', message), helper: creating }))],
    });
    expect(await done).toEqual({
      kind: 'pull-failed',
      failure: {
        container: 'build',
        image: 'docker.io/library/ruby:3.4',
        message,
        kind,
        isBackingOff: false,
      },
    });
  });

  const trouble = changed(podOf({ build: waiting('ImagePullBackOff', 'dial tcp: i/o timeout') }));
  /** A watch is read ahead: only after what came before was looked at. */
  const minutesLater = async (): Promise<undefined> => {
    await pause();
    vi.advanceTimersByTime(61_000);
  };

  it('waits for a registry in trouble, and then ends', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { done } = wait({ pods: [trouble, minutesLater, trouble] });
    expect(await done).toMatchObject({ kind: 'pull-failed', failure: { kind: 'registry' } });
  });

  it('forgets the trouble when the pull continues', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { done } = wait({ pods: [trouble, changed(pendingPod()), minutesLater, trouble, ready] });
    expect(await done).toMatchObject({ kind: 'ready' });
  });

  it('ends early what nobody explains, and what a volume lacks for good', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const stuck = changed(podOf({ build: waiting('NewReason', 'in new words') }));
    await expect(wait({ pods: [stuck, minutesLater, stuck] }).done).rejects.toMatchObject({
      code: 'not-ready',
      message: expect.stringContaining('NewReason (in new words)') as string,
    });
    const before = changed(
      pendingPod({ conditions: [{ type: 'PodReadyToStartContainers', status: 'False' }] }),
    );
    const events = [
      event('FailedMount', 'secret "ca" not found', 'Warning'),
      event('FailedMount', 'Unable to attach or mount volumes', 'Warning'),
    ];
    await expect(wait({ pods: [pause, before, minutesLater, before], events }).done).rejects.toMatchObject({
      code: 'not-ready',
      message: expect.stringContaining('FailedMount: secret "ca" not found') as string,
    });
  });

  it.each([
    [
      'cannot start',
      changed(
        podOf({ build: waiting('RunContainerError', 'exec: "sh": executable file not found in $PATH') }),
      ),
      'image-unusable',
    ],
    ['finds no user namespace', changed(podOf({ helper: ended(71) })), 'user-namespace'],
    ['is deleted', { kind: 'gone' } as const, 'pod-gone'],
    ['is another one', changed({ ...podOf(), metadata: { ...podIdentity, uid: 'uid-2' } }), 'pod-gone'],
    [
      'is evicted',
      changed(
        pendingPod({
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node had condition: [DiskPressure]. ',
        }),
      ),
      'pod-evicted',
    ],
    [
      'is refused by its node',
      changed(
        pendingPod({
          phase: 'Failed',
          reason: 'OutOfcpu',
          message: "Pod was rejected: Node didn't have enough resource: cpu",
        }),
      ),
      'pod-gone',
    ],
    [
      'has a helper that ran out of memory',
      changed(podOf({ helper: ended(137, 'OOMKilled') })),
      'out-of-memory',
    ],
    [
      'has a failed init container',
      changed(
        podOf(
          { build: creating, helper: creating },
          { phase: 'Failed', init: { 'init-workspace': ended(1) } },
        ),
      ),
      'pod-gone',
    ],
  ])('ends at once when the pod %s', async (_, change, code) => {
    await expect(wait({ pods: [change] }).done).rejects.toMatchObject({ code });
  });

  it('ends with the event that says why there will never be a user namespace', async () => {
    const { done, told } = wait({
      pods: [changed(pendingPod())],
      events: [
        event(
          'FailedCreatePodSandBox',
          "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces",
          'Warning',
        ),
      ],
    });
    await expect(done).rejects.toMatchObject({ code: 'user-namespace' });
    expect(told).toHaveLength(1);
  });

  it.each([
    [
      'an event about an image of that name',
      event('Failed', 'Failed to pull image "registry.example.org/userns/idmap:1": not found', 'Warning'),
    ],
    ['an ordinary event', event('FailedCreatePodSandBox-userns', 'userns')],
    [
      'a sandbox that fails for another reason',
      event(
        'FailedCreatePodSandBox',
        'plugin type="calico" failed (add): connection is unauthorized',
        'Warning',
      ),
    ],
  ])('does not take %s for a refusal', async (_, said) => {
    const { done } = wait({
      events: [said],
      pods: [pause, ready],
    });
    expect(await done).toMatchObject({ kind: 'ready' });
  });

  describe('with services', () => {
    const containers = ['build', 'helper', 'svc-0', 'svc-1'];
    const late = (): Pod => podOf({ 'svc-0': 'late', 'svc-1': { running: {} } });

    it('waits until each of them is ready', async () => {
      const pod = podOf({ 'svc-0': { running: {} }, 'svc-1': { running: {} } });
      const { done } = wait({ containers, pods: [changed(podOf()), changed(late()), changed(pod)] });
      expect(await done).toEqual({ kind: 'ready', pod, lateServices: [] });
    });

    it('continues without a service that does not listen in time', async () => {
      const { done } = wait({ containers, serviceSeconds: 0.5, pods: [changed(late())] });
      expect(await done).toEqual({ kind: 'ready', pod: late(), lateServices: ['svc-0'] });
    });

    it('waits for services as long as they may take, though the time of the pod itself is over', async () => {
      const { done, deadline } = wait({
        containers,
        serviceSeconds: 0.5,
        deadlineSeconds: 0.05,
        pods: [changed(late())],
        answers: { getPod: () => Promise.resolve(late()) },
      });
      expect(await done).toEqual({ kind: 'ready', pod: late(), lateServices: ['svc-0'] });
      expect(deadline.remainingMilliseconds()).toBeGreaterThan(0);
    });

    it('continues without a service that ended at once, and leaves the warning to others', async () => {
      const pod = podOf({ 'svc-0': ended(1), 'svc-1': { running: {} } });
      const { done, told } = wait({ containers, pods: [changed(pod)] });
      expect(await done).toEqual({ kind: 'ready', pod, lateServices: [] });
      expect(told).toEqual([]);
    });

    it('does not go on without the helper', async () => {
      const pod = { ...podOf({ helper: 'late', 'svc-0': { running: {} }, 'svc-1': { running: {} } }) };
      const { done } = wait({
        containers,
        serviceSeconds: 0,
        deadlineSeconds: 1.5,
        pods: [changed(pod)],
        answers: { getPod: () => Promise.resolve(pod) },
      });
      await expect(done).rejects.toMatchObject({ code: 'not-ready' });
    });
  });

  describe('at its deadline', () => {
    const timedOut = (pod: Pod | null | Error) =>
      wait({
        deadlineSeconds: 0.05,
        pods: [changed(pendingPod())],
        answers: { getPod: () => (pod instanceof Error ? Promise.reject(pod) : Promise.resolve(pod)) },
      }).done;

    it.each([
      [
        'what the pod waited for',
        pendingPod(unscheduled('0/3 nodes are available')),
        'unschedulable',
        /0\/3 nodes/,
      ],
      ['that nobody knows', new Error('no answer'), 'not-ready', /are still being made\. Retry/],
    ])('says %s', async (_, pod, code, message) => {
      await expect(timedOut(pod)).rejects.toMatchObject({
        name: 'SystemFailure',
        code,
        message: expect.stringMatching(message) as string,
      });
    });

    // @promise start: a node makes no containers — its last warning is quoted at `timeouts.ready`
    it('quotes the last warning of a node that makes no containers', async () => {
      const said = 'network is not ready: cni plugin not initialized';
      const { done } = wait({
        deadlineSeconds: 0.3,
        pods: [changed(pendingPod())],
        events: [event('NetworkNotReady', said, 'Warning')],
        answers: { getPod: () => Promise.resolve(pendingPod()) },
      });
      await expect(done).rejects.toMatchObject({
        code: 'not-ready',
        message: expect.stringContaining(`the node's last warning was NetworkNotReady: ${said}`) as string,
      });
    });

    it('still takes a pod that became ready while it asked why', async () => {
      const asked = Promise.withResolvers<true>();
      const { done } = wait({
        deadlineSeconds: 0.05,
        pods: [
          async () => {
            await asked.promise;
            return ready;
          },
        ],
        answers: {
          getPod: () => {
            asked.resolve(true);
            return new Promise(() => undefined);
          },
        },
      });
      expect(await done).toMatchObject({ kind: 'ready' });
    });
  });

  it.each(['before it begins', 'while it waits'])('ends when asked to, %s', async (when) => {
    const stop = new AbortController();
    if (when === 'before it begins') stop.abort();
    const { done } = wait({ pods: [changed(pendingPod())], stop });
    stop.abort();
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('ends its watches when it is done', async () => {
    const signals: AbortSignal[] = [];
    const { watchPod, watchEvents } = watchesOf({ pods: [ready] });
    const { done } = wait({
      answers: {
        watchPod: (name, options) => {
          signals.push(options.signal!);
          return watchPod(name, options);
        },
        watchEvents: (pod, options) => {
          signals.push(options.signal!);
          return watchEvents(pod, options);
        },
      },
    });
    await done;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
