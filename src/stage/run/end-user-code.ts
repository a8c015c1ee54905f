// Before GitLab's own script runs in the helper: nothing of the job may live in the build container, and be it for a moment.
// Whoever lives there shares its user with every shell of ours there, and can make one skip its work and say that it is done. So the
// container is ended, and the proof is the kubelet's word in the pod's status, where nothing in a pod can write.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ExecResult } from '../../cluster/cluster.ts';
import { hasEnded } from '../../diagnosis/pod-death.ts';
import { endProcessOne } from '../../in-container/commands.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { findDeath } from '../../stream/find-death.ts';
import { type RefusalCheck, trackRefusals } from '../../stream/lasting-refusal.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { AttemptState } from '../attempt-state.ts';
import { startDeadline } from '../deadline.ts';
import type { StageIo } from '../stage-io.ts';

/** A kubelet with much to do is late with its word, whatever an operator allows for a lost connection. */
const leastSeconds = 30;
/** For the exec and the kubelet's word together; then it is told again. */
const attemptMilliseconds = 10_000;
/** Measured on Kubernetes 1.36: 0.25 to 1.1 s after the exec. A connection that broke before the word arrived waits for nothing. */
const kubeletMilliseconds = 3000;
const pauseMilliseconds = 500;
const deleteMilliseconds = 5000;

/**
 * Returns when the build container has ended, at once where it has ended before. No sub-stage needs it any more: GitLab Runner runs
 * `after_script` before everything that the helper does after user code.
 *
 * @throws SystemFailure when the pod is gone, or when the container did not end within `timeouts.reconnect`, or 30 s if that is more:
 * then the pod is deleted
 */
export async function endUserCode(io: StageIo, cluster: Cluster, state: AttemptState): Promise<void> {
  const deadline = startDeadline(Math.max(state.timeouts.reconnect, leastSeconds));
  const checkRefusal = trackRefusals();
  let end: ExecResult | null = null;
  for (;;) {
    const isOver = end !== null && deadline.remainingMilliseconds() === 0;
    const last: ExecResult = end ?? { kind: 'lost', message: 'not told yet' };
    if (await isBuildEnded(io, cluster, state, (failure) => checkRefusal(last, failure, isOver))) return;
    if (isOver) {
      await cluster
        .deletePod(state.pod, { signal: AbortSignal.timeout(deleteMilliseconds) })
        .catch(() => undefined);
      throw survived(last, deadline.seconds);
    }
    end = await requestEnd(
      io,
      cluster,
      state,
      Math.min(attemptMilliseconds, deadline.remainingMilliseconds()),
    );
    io.signal.throwIfAborted();
  }
}

async function isBuildEnded(
  io: StageIo,
  cluster: Cluster,
  state: AttemptState,
  checkRefusal: (failure: unknown) => ReturnType<RefusalCheck>,
): Promise<boolean> {
  let failure: unknown;
  const pod = await cluster.getPod(state.pod.name, { signal: io.signal }).catch((error: unknown) => {
    failure = error;
    return undefined;
  });
  io.signal.throwIfAborted();
  const place = { ...state.pod, container: 'helper' };
  const ending =
    (pod === undefined ? null : await findDeath(cluster, pod, place, io.signal)) ?? checkRefusal(failure);
  if (ending) throw ending;
  return pod ? hasEnded(pod, 'build') : false;
}

/** What the exec says means nothing, and mostly it says nothing, for it ends with process 1. */
async function requestEnd(
  io: StageIo,
  cluster: Cluster,
  state: AttemptState,
  milliseconds: number,
): Promise<ExecResult> {
  const seen = new AbortController();
  const signal = AbortSignal.any([io.signal, seen.signal, AbortSignal.timeout(Math.ceil(milliseconds))]);
  void watchForEnd(cluster, state, signal).then(
    () => seen.abort(),
    // The next look tells what is wrong.
    () => undefined,
  );
  const end = await cluster.exec({
    pod: state.pod.name,
    container: 'build',
    command: endProcessOne(state.shells.build),
    stdin: new Uint8Array(),
    stdout: () => undefined,
    stderr: () => undefined,
    signal,
  });
  const wasTold = end.kind === 'exited' || end.kind === 'lost';
  await sleep(wasTold ? kubeletMilliseconds : pauseMilliseconds, undefined, { signal }).catch(
    () => undefined,
  );
  seen.abort();
  return end;
}

async function watchForEnd(cluster: Cluster, { pod }: AttemptState, signal: AbortSignal): Promise<void> {
  for await (const change of cluster.watchPod(pod.name, { signal })) {
    if (change.kind === 'gone' || change.pod.metadata.uid !== pod.uid || hasEnded(change.pod, 'build'))
      return;
  }
}

function survived(end: ExecResult, seconds: number): SystemFailure {
  const last = end.kind === 'exited' ? `exit code ${end.code}` : plainLine(end.message);
  return new SystemFailure(
    'stream-lost',
    `The job's build container did not end within ${seconds} s, although its process 1 was told to (${last}). ` +
      "GitLab's own scripts are not run beside what may live in it, and the job's pod is deleted. Retry the job, with another image if this one's " +
      '`sh` does not end on TERM; operators: look at the API server and the node.',
  );
}
