// Faults that befall pods which run, carried out in the server.
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { ContainerRuntime } from '../kubelet/pod-state.ts';
import type { PodWorker } from '../kubelet/pod-worker.ts';
import { kubeTime } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';
import type { Carried, ControlParts } from './control-commands.ts';
import {
  evictionMessage,
  evictPod,
  loseNode,
  markPreempted,
  oomKillContainer,
  oomKillOneProcess,
} from './pod-accidents.ts';

type PodFaultName = 'evict' | 'deletePod' | 'oomKill' | 'oomKillProcess' | 'loseNode' | 'preempt';

export function podCommands({ api, kubelet, store }: ControlParts): Pick<Carried, PodFaultName> {
  const workerOf = (pod: string): PodWorker => findWorker(kubelet, pod);
  const containerOf = (pod: string, name: string): ContainerRuntime => findContainer(kubelet, pod, name);
  const graceOf = ({ pod }: PodWorker): number => pod.spec.terminationGracePeriodSeconds ?? 0;
  return {
    evict: ({ pod, message }) => evictPod(workerOf(pod), message ?? evictionMessage),
    deletePod({ pod, gracePeriodSeconds }) {
      const worker = workerOf(pod);
      markDeleted(store, worker, gracePeriodSeconds ?? graceOf(worker));
    },
    oomKill: ({ pod, container }) => oomKillContainer(containerOf(pod, container)),
    oomKillProcess: ({ pod, container, command }) => ({
      killed: oomKillOneProcess(containerOf(pod, container), command ?? ''),
    }),
    loseNode({ pod }) {
      loseNode(workerOf(pod));
      for (const exec of api.execs) if (exec.pod === pod) exec.freeze();
    },
    preempt({ pod }) {
      const worker = workerOf(pod);
      markPreempted(worker);
      markDeleted(store, worker, graceOf(worker));
    },
  };
}

/** @throws Error when there is none */
export function findContainer(kubelet: Kubelet, pod: string, name: string): ContainerRuntime {
  const found = findWorker(kubelet, pod).runtime.containers.find(({ spec }) => spec.name === name);
  if (!found) throw new Error(`the pod "${pod}" has no container "${name}"`);
  return found;
}

function findWorker(kubelet: Kubelet, pod: string): PodWorker {
  const found = kubelet.workers().find((worker) => worker.pod.metadata.name === pod);
  if (!found) throw new Error(`there is no pod "${pod}"`);
  return found;
}

/** The kubelet sees the mark and ends the pod. */
function markDeleted(store: Store, { pod }: PodWorker, graceSeconds: number): void {
  const { name, namespace = '' } = pod.metadata;
  store.update({ resource: 'pods', namespace, name }, (object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: kubeTime(new Date(Date.now() + graceSeconds * 1000)),
      deletionGracePeriodSeconds: graceSeconds,
    },
  }));
}
