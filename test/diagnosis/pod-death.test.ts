import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, PodStatus } from '../../src/cluster/cluster.ts';
import { explainDeath, hasEnded } from '../../src/diagnosis/pod-death.ts';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

const identity = { name: 'job-1-abcdefgh', uid: 'uid-1' };
const running = { ready: true, state: { running: {} } };

function podWith(
  status: PodStatus = {},
  { metadata = {}, build = running }: { metadata?: object; build?: Omit<ContainerStatus, 'name'> } = {},
): Pod {
  return {
    metadata: { ...identity, ...metadata },
    spec: {
      nodeName: 'node-7',
      containers: [{ name: 'build', resources: { limits: { memory: '4Gi' } } }, { name: 'helper' }],
    },
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'build', ...build },
        { name: 'helper', ...running },
      ],
      ...status,
    },
  };
}

const terminated = (end: object): Omit<ContainerStatus, 'name'> => ({
  ready: false,
  state: { terminated: { exitCode: 0, ...end } },
});

const disruption = (reason: string, message: string): PodStatus => ({
  conditions: [{ type: 'DisruptionTarget', status: 'True', reason, message }],
});

const explain = (pod: Pod | null, container = 'build') => explainDeath(pod, { ...identity, container });

/** Who is to fix it, and the whole sentence. */
function verdict(pod: Pod | null, container = 'build') {
  const failure = explain(pod, container);
  return failure && [failure.name, failure.code, failure.message];
}

const gone =
  "The pod job-1-abcdefgh was deleted while the job ran. Somebody or something else in the cluster removed it (a person, a node drain, a quota or clean-up controller). Retry the job. Operators: look at the cluster's audit log if it happens again.";

describe('explainDeath', () => {
  it.each([
    ['all runs', podWith()],
    ['nothing is known yet', { ...podWith(), status: {} }],
    [
      'a service has ended',
      podWith({ containerStatuses: [{ name: 'svc-0', ...terminated({ exitCode: 1 }) }] }),
    ],
    [
      'the pod may be disrupted, but is not',
      podWith({
        conditions: [{ type: 'DisruptionTarget', status: 'False', reason: 'PreemptionByScheduler' }],
      }),
    ],
    [
      'an init container has done its work',
      podWith({
        initContainerStatuses: [{ name: 'init-workspace', ...terminated({ reason: 'Completed' }) }],
      }),
    ],
  ])('finds no death when %s', (_, pod) => {
    expect(explain(pod)).toBeNull();
  });

  // The kubelet's words, pkg/kubelet/eviction/helpers.go; each ends with a blank.
  it.each([
    'Pod ephemeral local storage usage exceeds the total limit of containers 20Gi. ',
    'Container build exceeded its local ephemeral storage limit "20Gi". ',
    'Usage of EmptyDir volume "control-build" exceeds the limit "5632Mi". ',
  ])('blames the job when it filled its own limit: %s', (message) => {
    expect(verdict(podWith({ phase: 'Failed', reason: 'Evicted', message }))).toEqual([
      'BuildFailure',
      'storage-exceeded',
      `The job wrote more to disk than it may, and the cluster ended its pod: ${message}Write less, or ask the runner's operator for a higher limit.`,
    ]);
  });

  it.each([
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 48Mi. Container build was using 3Gi, request is 1Gi, has larger consumption of memory. ',
    'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 9Gi. Container build was using 12Gi, request is 0, has larger consumption of ephemeral-storage. ',
    'The node was low on resource: inodes. ',
    'The node had condition: [DiskPressure]. ',
  ])('blames the node when it ran short: %s', (message) => {
    expect(verdict(podWith({ phase: 'Failed', reason: 'Evicted', message }))).toEqual([
      'SystemFailure',
      'pod-evicted',
      `The node evicted the job's pod: ${message}This is not the job's fault: retry it. Operators: the node ran short of a resource.`,
    ]);
  });

  it('names no reason of an eviction when there is none', () => {
    expect(verdict(podWith({ phase: 'Failed', reason: 'Evicted' }))?.[2]).toContain(
      'pod: no reason given. This',
    );
  });

  // @promise death: the job's deadline has passed — build failure that says so
  it('blames the job when its time is over', () => {
    const status = {
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    } as const;
    expect(verdict(podWith(status))).toEqual([
      'BuildFailure',
      'deadline-exceeded',
      "The job ran longer than its timeout, and the cluster ended its pod. Raise the job's timeout (keyword `timeout`), or make it faster.",
    ]);
  });

  it.each([
    [
      'kubelet',
      podWith({ phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' }),
      'Preempted in order to admit critical pod',
    ],
    [
      'scheduler',
      podWith(
        disruption(
          'PreemptionByScheduler',
          'default-scheduler: preempting to accommodate a higher priority pod',
        ),
      ),
      'default-scheduler: preempting to accommodate a higher priority pod',
    ],
  ])('recognizes a preemption by the %s', (_, pod, said) => {
    expect(verdict(pod)).toEqual([
      'SystemFailure',
      'pod-evicted',
      `The cluster preempted the job's pod for one of higher priority: ${said} Retry the job. Operators: give job pods a priority class, or the cluster more room.`,
    ]);
  });

  const lost =
    "The cluster lost the node node-7 that ran the job's pod: it stopped reporting, or was taken out of service. Retry the job. Operators: look at that node.";
  it.each([
    [
      'NodeLost',
      podWith({ reason: 'NodeLost', message: 'Node node-7 which was running pod job-1 is unresponsive' }),
    ],
    ['an unknown phase', podWith({ phase: 'Unknown' })],
    [
      'the taint manager',
      podWith(disruption('DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint'), {
        metadata: { deletionTimestamp: 'now' },
      }),
    ],
    [
      'the device taint manager',
      podWith(
        disruption('DeletionByDeviceTaintManager', 'Device Taint manager: deleting due to NoExecute taint'),
      ),
    ],
    [
      'the garbage collector',
      podWith({ phase: 'Failed', ...disruption('DeletionByPodGC', 'PodGC: node no longer exists') }),
    ],
    [
      'a container that its kubelet cannot find again',
      podWith(
        {},
        {
          build: terminated({
            exitCode: 137,
            reason: 'ContainerStatusUnknown',
            message: 'The container could not be located when the pod was terminated',
          }),
        },
      ),
    ],
  ])('recognizes a lost node by %s', (_, pod) => {
    expect(verdict(pod)).toEqual(['SystemFailure', 'node-lost', lost]);
  });

  it('recognizes an eviction by the node before the pod has a reason', () => {
    const short = 'The node was low on resource: memory.';
    expect(verdict(podWith(disruption('TerminationByKubelet', short)))).toEqual([
      'SystemFailure',
      'pod-evicted',
      `The node evicted the job's pod: ${short} This is not the job's fault: retry it. Operators: the node ran short of a resource.`,
    ]);
  });

  it('recognizes a node that shuts down by the words of its kubelet, not as one that ran short', () => {
    const words = 'Pod was terminated in response to imminent node shutdown.';
    expect(verdict(podWith(disruption('TerminationByKubelet', words)))?.[2]).toBe(
      `The node that ran the job's pod shuts down: ${words} This is not the job's fault: retry it. Operators: look at the node node-7.`,
    );
  });

  // @promise death: the node is drained — system failure that says so
  it('recognizes a drained node', () => {
    const pod = podWith(disruption('EvictionByEvictionAPI', 'Eviction API: evicting'), {
      metadata: { deletionTimestamp: 'now' },
      build: terminated({ exitCode: 137, reason: 'Error' }),
    });
    expect(verdict(pod)).toEqual([
      'SystemFailure',
      'pod-evicted',
      "The cluster is taking the job's pod away (EvictionByEvictionAPI): Eviction API: evicting This is not the job's fault: retry it. Operators: nodes are drained or short of a resource.",
    ]);
  });

  it.each([
    ['Terminated', 'Pod was terminated in response to imminent node shutdown.'],
    [
      'OutOfcpu',
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 500, used: 3900, capacity: 4000",
    ],
    [
      'UnexpectedAdmissionError',
      'Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices, which is unexpected',
    ],
    [
      'NodeAffinity',
      "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
  ])('recognizes a pod that its node gave up: %s', (reason, message) => {
    expect(verdict(podWith({ phase: 'Failed', reason, message, containerStatuses: [] }))).toEqual([
      'SystemFailure',
      'pod-gone',
      `The cluster ended the job's pod (${reason}): ${message} This is not the job's fault: retry it. Operators: look at the node node-7.`,
    ]);
  });

  it('never takes a pod for alive that has failed, whatever it does not say', () => {
    expect(verdict(podWith({ phase: 'Failed', containerStatuses: [] }))).toEqual([
      'SystemFailure',
      'pod-gone',
      "The cluster ended the job's pod (Failed). This is not the job's fault: retry it. Operators: look at the node node-7.",
    ]);
    expect(verdict({ ...podWith({ phase: 'Succeeded', containerStatuses: [] }), spec: {} })?.[2]).toContain(
      "look at the pod's node.",
    );
  });

  it.each([
    ['deleted', null],
    ['replaced by another of its name', podWith({}, { metadata: { uid: 'uid-2' } })],
    ['about to be deleted', podWith({}, { metadata: { deletionTimestamp: '2026-11-21T00:00:00Z' } })],
    [
      'deleted, and its container ended by that',
      podWith({}, { metadata: { deletionTimestamp: 'now' }, build: terminated({ exitCode: 143 }) }),
    ],
  ])('recognizes a pod that was %s', (_, pod) => {
    expect(verdict(pod)).toEqual(['SystemFailure', 'pod-gone', gone]);
  });

  it('blames the job, with 137, when the container ran out of memory', () => {
    const failure = explain(podWith({}, { build: terminated({ exitCode: 137, reason: 'OOMKilled' }) }));
    expect(failure).toBeInstanceOf(BuildFailure);
    expect(failure).toMatchObject({
      code: 'out-of-memory',
      exitCode: 137,
      message:
        "The build container ran out of memory (limit 4Gi) and was killed. Let the job use less memory (fewer parallel processes, smaller heaps), or ask the runner's operator for a higher limit; KUBERNETES_MEMORY_LIMIT raises it only where the runner's policy leaves it to jobs (`job_may_set`). Operators: the limit is `resources.build.limits.memory` of the policy.",
    });
  });

  it("says of the helper what is the helper's: it has no limit here", () => {
    const pod = podWith({
      containerStatuses: [
        { name: 'build', ...running },
        { name: 'helper', ...terminated({ exitCode: 137, reason: 'OOMKilled' }) },
      ],
    });
    expect(explain(pod)).toBeNull();
    expect(explain(pod, 'helper')?.message).toMatch(
      /^The helper container ran out of memory and was killed\. /,
    );
  });

  it.each([
    [{ exitCode: 0, reason: 'Completed' }, '(Completed, exit code 0). If the script', false],
    [
      { exitCode: 255, reason: 'Error', message: 'exec /bin/sh: exec format error\n' },
      '(Error, exit code 255), saying: exec /bin/sh: exec format error If',
      false,
    ],
    [{ exitCode: 137, reason: 'Error' }, '(Error, exit code 137). Signal 9 came from outside', true],
    [{ exitCode: 0, signal: 9 }, '(no reason, signal 9). Signal 9 came from outside', true],
  ])('recognizes a container that ended by itself: %j', (end, words, isKilled) => {
    const failure = explain(podWith({}, { build: terminated(end) }));
    expect(failure).toBeInstanceOf(SystemFailure);
    expect(failure?.code).toBe('pod-gone');
    expect(failure?.message).toContain(words);
    expect(failure?.message.includes('memory')).toBe(isKilled);
  });

  it.each([
    [
      'eviction',
      podWith({ phase: 'Failed', reason: 'Evicted', message: '\u001b[2Jsection_end:1:x\r\u001b[0K' }),
    ],
    ['reason', podWith({ phase: 'Failed', reason: '\u001b[31m', message: '\u0007' })],
    ['disruption', podWith(disruption('\u009b31m', 'a\rb\u202e'))],
    [
      'last words',
      podWith({}, { build: terminated({ reason: '\u001bc', message: 'a\n\u001b[0Ksection_start:1:x\r' }) }),
    ],
  ])('lets no control character of the cluster through: %s', (_, pod) => {
    expect(explain(pod)?.message).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u202e]+$/);
  });
});

describe('hasEnded', () => {
  it('holds for that container alone', () => {
    const pod = podWith({}, { build: terminated({ exitCode: 137 }) });
    expect([hasEnded(pod, 'build'), hasEnded(pod, 'helper'), hasEnded(pod, 'svc-0')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
