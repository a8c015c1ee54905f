// Before GitLab's own script runs in the helper: nothing of the job may live in the build container, and be it for a moment.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ExecEnd } from '../cluster/cluster.ts';
import { plainLine } from '../outcome/plain-text.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { findDeath } from '../stream/find-death.ts';
import { judgeRefusals, type RefusalJudge } from '../stream/lasting-refusal.ts';
import { hasEnded } from '../stream/pod-death.ts';
import { endEverything, everythingEnded } from '../stream/supervisor.ts';
import type { AttemptState } from './attempt-state.ts';
import { startDeadline } from './deadline.ts';
import type { StageIo } from './stage-io.ts';

const pauseMilliseconds = 500;

/** @throws SystemFailure when the pod is gone, or the cluster could not be brought to it within `timeouts.reconnect` */
export async function endUserCode(io: StageIo, cluster: Cluster, state: AttemptState): Promise<void> {
  const deadline = startDeadline(state.timeouts.reconnect);
  const judgeRefusal = judgeRefusals();
  for (;;) {
    const { end, said } = await askToEnd(io, cluster, state);
    // A status alone proves nothing: a container runtime that stops makes up a success.
    if (end.kind === 'exited' && said.trim() === everythingEnded) return;
    io.signal.throwIfAborted();
    const isOver = deadline.remainingMilliseconds() === 0;
    if (await isBuildEnded(io, cluster, state, (failure) => judgeRefusal(end, failure, isOver))) return;
    if (isOver) throw survived(end);
    await sleep(pauseMilliseconds, undefined, { signal: io.signal });
  }
}

/** Killed for memory, say: nothing lives in it, and what it left (artifacts of a failed job) can still be taken. */
async function isBuildEnded(
  io: StageIo,
  cluster: Cluster,
  state: AttemptState,
  judge: (failure: unknown) => ReturnType<RefusalJudge>,
): Promise<boolean> {
  let failure: unknown;
  const pod = await cluster.getPod(state.pod.name, { signal: io.signal }).catch((error: unknown) => {
    failure = error;
    return undefined;
  });
  const place = { ...state.pod, container: 'helper' };
  const ending =
    (pod === undefined ? null : await findDeath(cluster, pod, place, io.signal)) ?? judge(failure);
  if (ending) throw ending;
  return pod ? hasEnded(pod, 'build') : false;
}

/** Our word is short; a job's process of the same uid may write more. */
const longestAnswer = 100;

async function askToEnd(
  io: StageIo,
  cluster: Cluster,
  state: AttemptState,
): Promise<{ end: ExecEnd; said: string }> {
  let said = '';
  const end = await cluster.exec({
    pod: state.pod.name,
    container: 'build',
    command: [state.shells.build, '-c', endEverything],
    stdin: new Uint8Array(),
    stdout: (chunk) => {
      said = (said + Buffer.from(chunk).toString('latin1')).slice(0, longestAnswer);
      return undefined;
    },
    stderr: () => undefined,
    signal: io.signal,
  });
  return { end, said };
}

function survived(end: ExecEnd): SystemFailure {
  const last = end.kind === 'exited' ? `exit code ${end.code}` : plainLine(end.message);
  return new SystemFailure(
    'stream-lost',
    `Cannot end what the job left running in its build container (${last}), so GitLab's own scripts are not run beside it. Retry the job; operators: look at the API server and the node.`,
  );
}
