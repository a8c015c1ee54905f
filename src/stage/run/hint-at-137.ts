// Exit code 137 is signal 9, and that is nearly always the kernel's out-of-memory killer: never leave it bare.
import type { Cluster } from '../../cluster/cluster.ts';
import { memoryLimit } from '../../diagnosis/pod-death.ts';
import { countOomKills } from '../../in-container/commands.ts';
import type { JobContainer } from '../../layout/container-names.ts';
import { killedExitCode } from '../../layout/exit-codes.ts';
import { askContainer } from '../../stream/ask-container.ts';
import { line } from '../../text/log-lines.ts';
import type { AttemptState } from '../attempt-state.ts';
import type { StageIo } from '../stage-io.ts';

const deadlineMilliseconds = 5000;

export async function hintAt137({
  io,
  cluster,
  state,
  container,
  code,
}: {
  readonly io: StageIo;
  readonly cluster: Cluster;
  readonly state: AttemptState;
  readonly container: JobContainer;
  readonly code: number;
}): Promise<void> {
  if (code !== killedExitCode) return;
  const [kills, limit] = await Promise.all([
    countKills(cluster, state, container),
    findLimit(cluster, state, container),
  ]);
  io.log(
    line(
      kills > 0
        ? `Exit code 137: the kernel killed a process of the ${container} container for memory${limit}. Use less memory, or ask the runner's operator for a higher limit.`
        : `Exit code 137: a process of the ${container} container was killed (signal 9), most often for memory${limit}, or by the script itself.`,
      'yellow',
    ),
  );
}

/** A job can lie here, and then deceives its own log only. */
async function countKills(cluster: Cluster, state: AttemptState, container: JobContainer): Promise<number> {
  const { text } = await askContainer({
    cluster,
    pod: state.pod,
    container,
    command: countOomKills(state.shells[container]),
    maxBytes: 4096,
    milliseconds: deadlineMilliseconds,
  });
  return Number(/^oom_kill (\d{1,9})$/m.exec(text)?.[1] ?? 0);
}

/** In brackets; without an answer the words are a little less exact. */
async function findLimit(cluster: Cluster, state: AttemptState, container: string): Promise<string> {
  const pod = await cluster
    .getPod(state.pod.name, { signal: AbortSignal.timeout(deadlineMilliseconds) })
    .catch(() => null);
  if (!pod) return '';
  const limit = memoryLimit(pod, container);
  return limit ? ` (its memory limit is ${limit})` : ' (it has no memory limit of its own)';
}
