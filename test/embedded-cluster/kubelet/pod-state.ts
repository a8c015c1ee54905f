// What the kubelet knows of a pod while it lives here; pod-status.ts turns it into status.

import type { ContainerState } from '../pod/pod.ts';
import type { Container } from '../pod/pod-schema.ts';
import type { ProcessPlan, RunningContainer } from '../sandbox/sandbox.ts';
import { type ContainerLog, createContainerLog } from './container-log.ts';

export interface ContainerRuntime {
  readonly spec: Container;
  readonly init: boolean;
  readonly log: ContainerLog;
  /** Settles when it runs or could not be started for the first time. */
  readonly firstAttempt: Promise<void>;
  readonly triedOnce: () => void;
  state: ContainerState;
  ready: boolean;
  started: boolean;
  imageId: string;
  containerId: string;
  running: RunningContainer | null;
  /** What it was started with: an exec is the same with another command. */
  process: ProcessPlan | null;
  /** Why it is about to end, when the kubelet knows better than the exit code. */
  killedFor: 'OOMKilled' | null;
  /** Processes started by exec that have not ended. */
  execs: number;
}

export interface PodRuntime {
  readonly containers: readonly ContainerRuntime[];
  scheduled: boolean;
  unschedulable: string | null;
  sandboxReady: boolean;
  startTime: string | null;
  podIP: string | null;
  /** Set when the pod as a whole came to an end: by its deadline, by eviction, by the loss of its node. */
  verdict: {
    readonly phase: 'Failed' | 'Unknown';
    readonly reason: string;
    readonly message: string;
  } | null;
  disruption: { readonly reason: string; readonly message: string } | null;
}

export function createPodRuntime(
  spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[] | undefined;
  },
  clock: () => Date,
): PodRuntime {
  const waiting = (reason: string): ContainerState => ({ waiting: { reason } });
  const runtime =
    (init: boolean) =>
    (container: Container): ContainerRuntime => ({
      spec: container,
      init,
      log: createContainerLog(clock),
      ...firstAttempt(),
      state: waiting(init || !spec.initContainers?.length ? 'ContainerCreating' : 'PodInitializing'),
      ready: false,
      started: false,
      imageId: '',
      containerId: '',
      running: null,
      process: null,
      killedFor: null,
      execs: 0,
    });
  const initial = (spec.initContainers ?? []).map(runtime(true));
  // Real ones wait with PodInitializing from the second on.
  for (const later of initial.slice(1)) later.state = waiting('PodInitializing');
  return {
    containers: [...initial, ...spec.containers.map(runtime(false))],
    scheduled: false,
    unschedulable: null,
    sandboxReady: false,
    startTime: null,
    podIP: null,
    verdict: null,
    disruption: null,
  };
}

function firstAttempt(): Pick<ContainerRuntime, 'firstAttempt' | 'triedOnce'> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { firstAttempt: promise, triedOnce: () => resolve(undefined) };
}

export const terminatedOf = ({ state }: ContainerRuntime) =>
  'terminated' in state ? state.terminated : null;
