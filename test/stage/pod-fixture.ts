// Pods as a kubelet shows them on their way, for tests of what is said about them.
import type { ContainerStatus, Pod, PodStatus } from '../../src/cluster/cluster.ts';

export const podIdentity = { name: 'job-1001-abcdefgh', uid: 'uid-1' };

const running: ContainerStatus['state'] = { running: { startedAt: '2026-11-21T00:00:00Z' } };

/** Everything runs, unless said otherwise: states by container name, and the status around them. */
export function podOf(
  states: Readonly<Record<string, ContainerStatus['state'] | 'late'>> = {},
  {
    init = {},
    ...status
  }: PodStatus & { readonly init?: Readonly<Record<string, ContainerStatus['state']>> } = {},
): Pod {
  const all: Record<string, ContainerStatus['state'] | 'late'> = {
    build: running,
    helper: running,
    ...states,
  };
  const images: Readonly<Record<string, string>> = {
    build: 'docker.io/library/ruby:3.4',
    helper: 'helper:19',
  };
  return {
    metadata: podIdentity,
    spec: {
      hostUsers: false,
      nodeName: 'node-7',
      containers: Object.keys(all).map((name) => ({ name, image: images[name] ?? `${name}:1` })),
      initContainers: Object.keys(init).map((name) => ({ name, image: 'helper:19' })),
    },
    status: {
      phase: 'Running',
      initContainerStatuses: Object.entries(init).map(([name, state]) => ({
        name,
        ...(state ? { state } : {}),
      })),
      containerStatuses: Object.entries(all).map(([name, state]) =>
        state === 'late'
          ? { name, ready: false, ...(running ? { state: running } : {}) }
          : {
              name,
              ready: state?.running !== undefined,
              image: `sha256:${name}`,
              ...(state ? { state } : {}),
            },
      ),
      ...status,
    },
  };
}

export const waiting = (reason: string, message?: string): ContainerStatus['state'] => ({
  waiting: { reason, ...(message === undefined ? {} : { message }) },
});

export const ended = (exitCode: number, reason = 'Error', message?: string): ContainerStatus['state'] => ({
  terminated: { exitCode, reason, ...(message === undefined ? {} : { message }) },
});

export const creating = waiting('ContainerCreating');

export const pendingPod = (status: PodStatus = {}): Pod =>
  podOf({ build: creating, helper: creating }, { phase: 'Pending', ...status });

export const unscheduled = (message: string): PodStatus => ({
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});
