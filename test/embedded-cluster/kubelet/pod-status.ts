// status of a pod, from what the kubelet knows: phase, conditions, container states.
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../pod/pod.ts';
import type { ContainerRuntime, PodRuntime } from './pod-state.ts';
import { terminatedOf } from './pod-state.ts';
import { qosClass } from './quality-of-service.ts';

export const nodeAddress = '10.244.0.1';

export function podStatus(pod: Pod, runtime: PodRuntime, now: string): PodStatus {
  const init = runtime.containers.filter((container) => container.init);
  const main = runtime.containers.filter((container) => !container.init);
  const { startTime, podIP } = runtime;
  const verdict = verdictOf(runtime, main);
  const phase = verdict?.phase ?? phaseOf(init, main);
  return {
    phase,
    ...(verdict ? { reason: verdict.reason, message: verdict.message } : {}),
    conditions: conditionsOf(runtime, init, main, phase).map((condition) =>
      keepTime(condition, pod.status.conditions, now),
    ),
    ...(startTime === null ? {} : { hostIP: nodeAddress, hostIPs: [{ ip: nodeAddress }], startTime }),
    ...(podIP === null ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    qosClass: qosClass(pod.spec),
    ...(init.length > 0 && startTime !== null ? { initContainerStatuses: init.map(containerStatus) } : {}),
    ...(startTime === null ? {} : { containerStatuses: byName(main.map(containerStatus)) }),
  };
}

/**
 * As Kubernetes' own kubelet does: an end comes to light when no container runs any more, and is forgotten where every one
 * ended with 0; such a pod counts as Succeeded (seen with 1.36).
 */
function verdictOf({ verdict }: PodRuntime, main: readonly ContainerRuntime[]): PodRuntime['verdict'] {
  if (verdict?.phase !== 'Failed') return verdict;
  if (main.some(({ state }) => 'running' in state)) return null;
  return main.every((container) => terminatedOf(container)?.exitCode === 0) ? null : verdict;
}

function phaseOf(init: readonly ContainerRuntime[], main: readonly ContainerRuntime[]): PodStatus['phase'] {
  const failed = (container: ContainerRuntime): boolean => (terminatedOf(container)?.exitCode ?? 0) !== 0;
  if (init.some(failed)) return 'Failed';
  if (main.some(({ state }) => 'waiting' in state)) return 'Pending';
  if (main.some(({ state }) => 'running' in state)) return 'Running';
  return main.some(failed) ? 'Failed' : 'Succeeded';
}

type Condition = Omit<PodCondition, 'lastProbeTime' | 'lastTransitionTime'>;

function conditionsOf(
  runtime: PodRuntime,
  init: readonly ContainerRuntime[],
  main: readonly ContainerRuntime[],
  phase: PodStatus['phase'],
): Condition[] {
  const scheduled: Condition = runtime.scheduled
    ? { type: 'PodScheduled', status: 'True' }
    : {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: runtime.unschedulable ?? '',
      };
  if (!runtime.scheduled) return runtime.unschedulable === null ? [] : [scheduled];
  const disruption: Condition[] = runtime.disruption
    ? [{ type: 'DisruptionTarget', status: 'True', ...runtime.disruption }]
    : [];
  return [
    ...disruption,
    { type: 'PodReadyToStartContainers', status: runtime.sandboxReady ? 'True' : 'False' },
    initialized(init),
    readiness('Ready', main, phase),
    readiness('ContainersReady', main, phase),
    scheduled,
  ];
}

function initialized(init: readonly ContainerRuntime[]): Condition {
  const open = init.filter((container) => terminatedOf(container)?.exitCode !== 0);
  if (open.length === 0) return { type: 'Initialized', status: 'True' };
  return {
    type: 'Initialized',
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${namesOf(open)}]`,
  };
}

function readiness(type: string, main: readonly ContainerRuntime[], phase: PodStatus['phase']): Condition {
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const unready = main.filter(({ ready }) => !ready);
  if (unready.length === 0) return { type, status: 'True' };
  return {
    type,
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${namesOf(unready)}]`,
  };
}

const namesOf = (containers: readonly ContainerRuntime[]): string =>
  containers.map(({ spec }) => spec.name).join(' ');

function keepTime(
  condition: Condition,
  before: readonly PodCondition[] | undefined,
  now: string,
): PodCondition {
  const same = before?.find(({ type, status }) => type === condition.type && status === condition.status);
  return { ...condition, lastProbeTime: null, lastTransitionTime: same?.lastTransitionTime ?? now };
}

function containerStatus(container: ContainerRuntime): ContainerStatus {
  const { spec, state, ready, started, imageId, containerId } = container;
  return {
    name: spec.name,
    state,
    lastState: {},
    // An init container is ready when it is done.
    ready: container.init ? terminatedOf(container)?.exitCode === 0 : ready,
    restartCount: 0,
    image: spec.image ?? '',
    imageID: imageId,
    ...(containerId === '' ? {} : { containerID: containerId }),
    started,
  };
}

const byName = (statuses: ContainerStatus[]): ContainerStatus[] =>
  statuses.sort((a, b) => (a.name < b.name ? -1 : 1));
