// Before GitLab's own script runs in the helper: nothing of the job may live in the build container, and be it for a moment.
// Whoever lives there shares its user with every shell of ours there, and can make one skip its work and say that it is done. So the
// container is ended, and the proof is the kubelet's word, where nothing in a pod can write: it takes no exec into a container that does
// not run, and the pod's status says so within about a second.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ExecResult } from '../../cluster/cluster.ts';
import { hasEnded } from '../../diagnosis/pod-death.ts';
import { buildContainer, helperContainer } from '../../layout/container-names.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { deletePodInTime } from '../../stream/delete-pod.ts';
import { startRecovery } from '../../stream/recovery.ts';
import { plainLine } from '../../text/plain-text.ts';
import { type AttemptState, isBuildEnded, markBuildEnd } from '../attempt-state.ts';
import { type Deadline, startDeadline } from '../deadline.ts';
import type { StageIo } from '../stage-io.ts';
import { askToEnd, endQuickly } from './end-quickly.ts';

/** A kubelet with much to do is late with its word, whatever an operator allows for a lost connection. */
const minSeconds = 30;
/** For the exec and the kubelet's word together; then it is asked again. */
const attemptMilliseconds = 10_000;
/** Measured on Kubernetes 1.36: 0.25 to 1.1 s after the exec. A connection that broke before the word arrived waits for nothing. */
const kubeletMilliseconds = 3000;
const pauseMilliseconds = 500;

/**
 * Returns when the build container has ended, at once where it has ended before. No sub-stage needs it any more: GitLab Runner runs
 * `after_script` before everything that the helper does after user code.
 *
 * @throws SystemFailure when the pod is gone, or when the container did not end within `timeouts.reconnect`, or 30 s if that is more:
 * then the cluster is asked to delete the pod
 */
export async function endUserCode(io: StageIo, cluster: Cluster, state: AttemptState): Promise<void> {
  if (await isBuildEnded(io)) return;
  const deadline = startDeadline(Math.max(state.timeouts.reconnect, minSeconds));
  if (!(await endQuickly(cluster, state, io.signal))) await endByStatus(io, cluster, state, deadline);
  if (!io.signal.aborted) await markBuildEnd(io);
}

async function endByStatus(
  io: StageIo,
  cluster: Cluster,
  state: AttemptState,
  deadline: Deadline,
): Promise<void> {
  let end: ExecResult | null = null;
  const recovery = startRecovery({
    ...{ cluster, pod: state.pod, container: helperContainer, signal: io.signal },
    isDone: (pod) => hasEnded(pod, buildContainer),
    isOver: () => end !== null && deadline.remainingMilliseconds() === 0,
    giveUp: async (last) => survived(last, deadline.seconds, await deletePodInTime(cluster, state.pod)),
    hasOwnPause: true,
  });
  while (!(await recovery.next(end ?? { kind: 'lost', message: 'not asked yet' }))) {
    io.signal.throwIfAborted();
    const milliseconds = Math.min(attemptMilliseconds, deadline.remainingMilliseconds());
    end = await requestEnd(io, cluster, state, milliseconds);
    io.signal.throwIfAborted();
  }
}

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
  const end = await askToEnd(cluster, state, { signal, milliseconds });
  const wasAsked = end.kind === 'exited' || end.kind === 'lost';
  await sleep(wasAsked ? kubeletMilliseconds : pauseMilliseconds, undefined, { signal }).catch(
    () => undefined,
  );
  seen.abort();
  return end;
}

async function watchForEnd(cluster: Cluster, { pod }: AttemptState, signal: AbortSignal): Promise<void> {
  for await (const change of cluster.watchPod(pod.name, { signal })) {
    if (change.kind === 'gone' || change.pod.metadata.uid !== pod.uid || hasEnded(change.pod, buildContainer))
      return;
  }
}

function survived(end: ExecResult, seconds: number, isDeleted: boolean): SystemFailure {
  const last = end.kind === 'exited' ? `exit code ${end.code}` : plainLine(end.message);
  return new SystemFailure('stream-lost', {
    what: `The job's build container did not end within ${seconds} s, although its process 1 was told to (${last}).`,
    why: `GitLab's scripts do not run while job processes may still be alive, ${
      isDeleted
        ? "so the job's pod is deleted."
        : "and the cluster did not confirm that the job's pod is deleted."
    }`,
    author: "Retry the job, with another image if this one's `sh` does not end on TERM.",
    operator: 'look at the API server and the node.',
  });
}
