// Ends a script and all that it left behind in its container, and delivers the rest of its log. The pod lives on, unless a job keeps
// its container from being asked.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecResult } from '../cluster/cluster.ts';
import { hasEnded } from '../diagnosis/pod-death.ts';
import { stopAndDrain } from '../in-container/commands.ts';
import { askContainer } from './ask-container.ts';
import { deleteMilliseconds, deletePodInTime } from './delete-pod.ts';
import type { ScriptRun } from './script-run.ts';

/** The first one gives the script its grace period; those after it, and the pod's deletion, are for a container that does not answer. */
const maxAttempts = 3;
const pauseMilliseconds = 500;
/** Beyond the grace: to connect, and to kill. A job can stop the program that does it. */
const answerMilliseconds = 10_000;
/** For the attempts after the first, which have no grace to give. */
const laterMilliseconds = 5000;
/** For the rest of the log, once everything is ended; a script that is stopped has no right to more. */
const drainMilliseconds = 20_000;

type Stopped = Pick<
  ScriptRun,
  'cluster' | 'pod' | 'container' | 'shell' | 'directory' | 'log' | 'warn' | 'timeouts' | 'logLimit'
>;

/**
 * Everything is ended, or its pod deleted, within `timeouts.stopGrace` and 26 s; the rest of the log gets another 20 s. Says so when the
 * log's end is missing, or when the pod had to be deleted because the container could not be brought to end its processes.
 *
 * @param written bytes of the log that the caller has; the rest goes through `run.log`, up to `run.logLimit`
 */
export async function stopScript(run: Stopped, written: number): Promise<void> {
  const rest = { offset: written, stopped: false, over: new AbortController() };
  for (let attempt = 1; attempt <= maxAttempts && !rest.over.signal.aborted; attempt++) {
    if (attempt > 1) await sleep(pauseMilliseconds);
    const end = await askToStop(run, rest, attempt === 1 ? Math.ceil(run.timeouts.stopGrace) : 0);
    if (rest.stopped && end.kind === 'exited') return;
  }
  if (!rest.stopped) await deleteUnstopped(run);
  else if (rest.offset < run.logLimit)
    run.warn(`The end of the log is missing: the ${run.container} container did not send it in time.`);
}

interface Rest {
  /** Of the next byte that nobody has yet. */
  offset: number;
  /** The container confirmed that everything in it is ended. */
  stopped: boolean;
  /** No more of the log is wanted. */
  readonly over: AbortController;
}

async function askToStop(run: Stopped, rest: Rest, grace: number): Promise<ExecResult> {
  const late = new AbortController();
  const timeout = grace === 0 ? laterMilliseconds : grace * 1000 + answerMilliseconds;
  let timer = setTimeout(() => late.abort(), timeout);
  const onLine = (line: string): void => {
    if (line !== 'stopped') return;
    clearTimeout(timer);
    rest.stopped = true;
    timer = setTimeout(() => rest.over.abort(), drainMilliseconds);
  };
  try {
    const { end } = await askContainer({
      ...{ cluster: run.cluster, pod: run.pod, container: run.container },
      command: commandOf(run, rest.offset, grace),
      maxBytes: 0,
      onData: (chunk) => keep(run, rest, chunk),
      onLine,
      milliseconds: timeout + drainMilliseconds,
      signal: AbortSignal.any([late.signal, rest.over.signal]),
    });
    return end;
  } finally {
    clearTimeout(timer);
  }
}

function commandOf({ shell, directory, logLimit }: Stopped, offset: number, grace: number): string[] {
  // Past the limit nobody wants the rest, however much of it there is.
  return stopAndDrain(shell, { directory, grace, offset: offset < logLimit ? offset : null });
}

async function keep(run: Stopped, rest: Rest, chunk: Uint8Array): Promise<void> {
  await run.log(chunk.subarray(0, Math.max(run.logLimit - rest.offset, 0)));
  rest.offset += chunk.byteLength;
  if (rest.offset > run.logLimit && rest.stopped) rest.over.abort();
}

/** Nobody else ends it: GitLab's next script would run beside it, and a cancelled job would go on. */
async function deleteUnstopped({ cluster, pod, container, warn }: Stopped): Promise<void> {
  const signal = AbortSignal.timeout(deleteMilliseconds);
  const seen = await cluster.getPod(pod.name, { signal }).catch(() => null);
  if (seen?.metadata.uid === pod.uid && hasEnded(seen, container)) {
    warn(`The end of the log is missing: the ${container} container has ended.`);
    return;
  }
  const isDeleted = await deletePodInTime(cluster, pod, signal);
  warn(
    `The ${container} container did not answer: the script may still be running, ` +
      (isDeleted
        ? "so the job's pod is deleted, and the end of the log is missing."
        : 'and the end of its log is missing.'),
  );
}
