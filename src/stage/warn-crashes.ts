// A service that ended while the job needs it: said once an attempt, whichever process sees it first.
import type { Cluster, Pod } from '../cluster/cluster.ts';
import { memoryKey, memoryLimit } from '../diagnosis/memory-limit.ts';
import type { ServiceState } from './attempt-state.ts';
import { describeService } from './describe-service.ts';
import type { StageIo } from './stage-io.ts';

export interface CrashInput {
  readonly io: StageIo;
  readonly cluster: Pick<Cluster, 'readLog'>;
  readonly pod: Pod;
  readonly services: readonly ServiceState[];
}

/** Each once an attempt. */
export async function warnCrashes(
  { io, cluster, pod, services }: CrashInput,
  logged = new Set<string>(),
): Promise<void> {
  // At once: each may wait for its log, and the watch over the pod waits for all.
  const warnings = services.map(async (service) => {
    const { container } = service;
    const ended = pod.status?.containerStatuses?.find(({ name }) => name === container)?.state?.terminated;
    if (!ended || logged.has(container)) return '';
    logged.add(container);
    if (!(await isNews(io, container))) return '';
    const how =
      ended.reason === 'OOMKilled'
        ? killedForMemory(pod, container)
        : `ended with exit code ${ended.exitCode}`;
    return describeService({
      ...{ cluster, pod, services, service },
      what: (name) => `The service ${name} ${how}. The job goes on without it.`,
    });
  });
  const text = (await Promise.all(warnings)).join('');
  if (text !== '') io.log(text);
}

function killedForMemory(pod: Pod, container: string): string {
  const limit = memoryLimit(pod, container);
  return `was killed: out of memory${limit ? ` (its limit is ${limit}, \`${memoryKey(container)}\` of the policy)` : ''}`;
}

/** A mark beside the attempt state remembers for the processes to come what was logged. */
async function isNews(io: StageIo, container: string): Promise<boolean> {
  const mark = `${io.env['TMPDIR'] ?? ''}/gitlab-pod-executor.${container}-ended`;
  if (await io.files.exists(mark)) return false;
  // On a full disk it is logged again: better than to lose the watch over the pod.
  await io.files.writePrivate(mark, '').catch(() => undefined);
  return true;
}
