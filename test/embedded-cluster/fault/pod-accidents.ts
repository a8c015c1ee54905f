// What happens to running pods: eviction, loss of the node, preemption, the kernel's OOM killer.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ContainerRuntime } from '../kubelet/pod-state.ts';
import type { PodWorker } from '../kubelet/pod-worker.ts';

export const evictionMessage =
  'The node was low on resource: memory. Threshold quantity: 100Mi, available: 92Mi. ';

/** Only a pod that suffers for its node is marked as disrupted, not one that broke its own limits. */
export async function evictPod(worker: PodWorker, message: string): Promise<void> {
  if (message.startsWith('The node '))
    worker.runtime.disruption = { reason: 'TerminationByKubelet', message };
  await worker.fail({ phase: 'Failed', reason: 'Evicted', message });
}

/** The node does not answer: its pods stay as they are, unknown, until somebody deletes them. */
export function loseNode(worker: PodWorker): void {
  worker.runtime.verdict = {
    phase: 'Unknown',
    reason: 'NodeLost',
    message: `Node ${worker.pod.spec.nodeName ?? 'embedded-node'} which was running pod ${worker.pod.metadata.name} is unresponsive`,
  };
  worker.runtime.disruption = {
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  };
  worker.report();
}

export function markPreempted(worker: PodWorker): void {
  worker.runtime.disruption = {
    reason: 'PreemptionByScheduler',
    message: 'default-scheduler: preempting to accommodate a higher priority pod',
  };
  worker.report();
}

export function oomKillContainer(container: ContainerRuntime): void {
  container.killedFor = 'OOMKilled';
  container.running?.signal('SIGKILL');
}

/** The command line of the process that died; process 1 is spared. @throws Error when none matches */
export function oomKillOneProcess(container: ContainerRuntime, command: string): string {
  const first = container.running?.pid;
  if (first === undefined) throw new Error(`the container ${container.spec.name} does not run`);
  const namespace = readlinkSync(`/proc/${first}/ns/pid`);
  const candidates = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== first)
    .flatMap((entry) => look(Number(entry), namespace))
    .filter(({ line }) => line.includes(command))
    .sort((a, b) => b.memory - a.memory);
  const [victim] = candidates;
  if (!victim) throw new Error(`no process of ${container.spec.name} has "${command}" in its command line`);
  process.kill(victim.pid, 'SIGKILL');
  return victim.line;
}

function look(pid: number, namespace: string): { pid: number; line: string; memory: number }[] {
  try {
    if (readlinkSync(`/proc/${pid}/ns/pid`) !== namespace) return [];
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const [, resident = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return line === '' ? [] : [{ pid, line, memory: Number(resident) }];
  } catch {
    // It ended while we looked.
    return [];
  }
}
