// A process that the kernel killed for memory: the script may end with any code then, or go on as if nothing had been. What the
// author reads of it is one sentence, the last before the end.
import type { Cluster } from '../../cluster/cluster.ts';
import { adviceOnMemory, memoryLimit } from '../../diagnosis/memory-limit.ts';
import type { JobContainer } from '../../layout/container-names.ts';
import { killedExitCode } from '../../layout/exit-codes.ts';
import { failureText } from '../../outcome/failure.ts';
import type { ScriptEnd } from '../../stream/run-script.ts';
import { line } from '../../text/log-lines.ts';
import type { AttemptState } from '../attempt-state.ts';
import type { StageIo } from '../stage-io.ts';

const deadlineMilliseconds = 5000;

interface Killed extends ScriptEnd {
  readonly io: StageIo;
  readonly cluster: Cluster;
  readonly state: AttemptState;
  readonly container: JobContainer;
}

/** Asks the cluster nothing as long as nothing was killed. */
export async function explainKills({
  io,
  cluster,
  state,
  container,
  exitCode,
  oomKills,
}: Killed): Promise<void> {
  if (oomKills === 0 && exitCode !== killedExitCode) return;
  const limit = await findLimit(cluster, state, container);
  const text =
    oomKills === 0 ? someKill(container, limit) : kernelKill({ container, limit, exitCode, oomKills });
  io.log(line(text, 'yellow'));
}

interface KernelKill extends ScriptEnd {
  readonly container: JobContainer;
  readonly limit: string;
}

function kernelKill({ container, limit, exitCode, oomKills }: KernelKill): string {
  const killed = oomKills === 1 ? 'a process' : `${oomKills} processes`;
  const outcome =
    exitCode === 0 ? 'the script went on to exit code 0' : `the script ended with exit code ${exitCode}`;
  return failureText({
    what: `WARNING: The container ${container} ran out of memory${limit}: the kernel killed ${killed}, and ${outcome}.`,
    ...adviceOnMemory(container),
  });
}

/** Signal 9 is nearly always the kernel's out-of-memory killer: never leave it bare. */
function someKill(container: JobContainer, limit: string): string {
  return failureText({
    what: `Exit code ${killedExitCode}: a process of the ${container} container was killed (signal 9), most often for memory${limit}, or by the script itself.`,
    ...adviceOnMemory(container),
  });
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
