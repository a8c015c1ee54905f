// Why a pod, or one of its containers, is no longer there to work in: one sentence with the reason and what to do. Why one does
// not start: waiting-reasons.ts and start-failure.ts.
import type { ContainerStatus, Pod } from '../cluster/cluster.ts';
import { killedExitCode } from '../layout/exit-codes.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import { adviceOnMemory, memoryLimit } from './memory-limit.ts';
import { nodeOf } from './node-of.ts';

const killSignal = 9;

/**
 * null: the pod is alive and `container` runs. Otherwise the failure that ends the stage: the job's, or the cluster's.
 * @param pod as the API server shows it now; null when it has none of this name
 */
export function explainDeath(
  pod: Pod | null,
  { name, uid, container }: { readonly name: string; readonly uid: string; readonly container: string },
): BuildFailure | SystemFailure | null {
  if (pod === null || pod.metadata.uid !== uid) return gone(name);
  return (
    explainReason(pod) ??
    explainContainer(pod, container) ??
    explainDisruption(pod) ??
    explainDeletion(pod) ??
    explainPhase(pod)
  );
}

function gone(name: string): SystemFailure {
  return new SystemFailure('pod-gone', {
    what: `The pod ${name} was deleted while the job ran.`,
    why: 'Somebody or something else in the cluster removed it (a person, a node drain, a quota or clean-up controller).',
    author: 'Retry the job.',
    operator: "look at the cluster's audit log if it happens again.",
  });
}

/** What the kubelet or a controller wrote over the whole pod. */
function explainReason(pod: Pod): BuildFailure | SystemFailure | null {
  const reason = pod.status?.reason ?? '';
  const message = plainLine(pod.status?.message ?? '');
  if (reason === 'Evicted') return explainEviction(message);
  if (reason === 'DeadlineExceeded') {
    return new BuildFailure('deadline-exceeded', {
      what: 'The job ran longer than its timeout, and the cluster ended its pod.',
      author: "Raise the job's timeout (keyword `timeout`), or make it faster.",
    });
  }
  if (reason === 'NodeLost' || pod.status?.phase === 'Unknown') return nodeLost(pod);
  if (reason === 'Preempting' || reason === 'Preempted') return preempted(message);
  return reason !== '' && pod.status?.phase === 'Failed' ? ended(pod) : null;
}

/** A node that shuts down, or that refused the pod after all (OutOfcpu, UnexpectedAdmissionError, NodeAffinity …). */
function ended(pod: Pod): SystemFailure {
  const { phase = '', reason = phase, message = '' } = pod.status ?? {};
  return new SystemFailure('pod-gone', {
    what: `The cluster ended the job's pod (${plainLine(reason)})${message ? `: ${plainLine(message)}` : '.'}`,
    author: notTheJob,
    operator: `look at ${nodeOf(pod)}.`,
  });
}

const notTheJob = "This is not the job's fault: retry it.";

/** Kubelet's words tell a job that filled its own limits from a node that ran short (kubelet: pkg/kubelet/eviction). */
function explainEviction(message: string): BuildFailure | SystemFailure {
  const ownLimit =
    /Pod ephemeral local storage usage exceeds the total limit|exceeded its local ephemeral storage limit|Usage of EmptyDir volume .* exceeds the limit/;
  if (ownLimit.test(message)) {
    return new BuildFailure('storage-exceeded', {
      what: `The job wrote more to disk than it may, and the cluster ended its pod: ${message}`,
      author: "Write less, or ask the runner's operator for a higher limit.",
    });
  }
  return nodeEvicts(message);
}

function nodeEvicts(message: string): SystemFailure {
  return new SystemFailure('pod-evicted', {
    what: `The node evicted the job's pod: ${message || 'no reason given.'}`,
    author: notTheJob,
    operator: 'the node ran short of a resource.',
  });
}

/** kubelet: pkg/kubelet/nodeshutdown; the same condition as an eviction has. */
function nodeShutsDown(pod: Pod, message: string): SystemFailure {
  return new SystemFailure('pod-evicted', {
    what: `The node that ran the job's pod shuts down: ${message}`,
    author: notTheJob,
    operator: `look at ${nodeOf(pod)}.`,
  });
}

function nodeLost(pod: Pod): SystemFailure {
  return new SystemFailure('node-lost', {
    what: `The cluster lost ${nodeOf(pod)} that ran the job's pod: it stopped reporting, or was taken out of service.`,
    author: 'Retry the job.',
    operator: 'look at that node.',
  });
}

function preempted(message: string): SystemFailure {
  return new SystemFailure('pod-evicted', {
    what: `The cluster preempted the job's pod for one of higher priority${message ? `: ${message}` : '.'}`,
    author: 'Retry the job.',
    operator: 'give job pods a priority class, or the cluster more room.',
  });
}

function explainContainer(pod: Pod, name: string): BuildFailure | SystemFailure | null {
  const status = allContainers(pod).find((container) => container.name === name);
  const end = status?.state?.terminated;
  if (!end) return null;
  if (end.reason === 'OOMKilled') return outOfMemory(pod, name);
  // Deleting or draining a pod ends its containers first: then that is the reason, not this container.
  const whole = explainDisruption(pod) ?? explainDeletion(pod);
  if (whole) return whole;
  // The kubelet writes 137 for want of a code: the node was restarted, or its runtime forgot the container.
  if (end.reason === 'ContainerStatusUnknown') return nodeLost(pod);
  const isKilled = end.exitCode === killedExitCode || end.signal === killSignal;
  const how = end.signal ? `signal ${end.signal}` : `exit code ${end.exitCode}`;
  const message = plainLine(end.message ?? '');
  return new SystemFailure('pod-gone', {
    what: `The ${name} container ended by itself (${plainLine(end.reason ?? 'no reason')}, ${how})${message ? `, saying: ${message}` : '.'}`,
    author: isKilled
      ? 'Signal 9 came from outside the pod, most often because memory ran out: let the job use less of it, and retry it.'
      : "If the script kills process 1 or all processes, it must not; otherwise retry the job and show this line to the runner's operator.",
  });
}

function outOfMemory(pod: Pod, container: string): BuildFailure {
  const limit = memoryLimit(pod, container);
  return new BuildFailure(
    'out-of-memory',
    {
      what: `The ${container} container ran out of memory${limit ? ` (limit ${limit})` : ''} and was killed.`,
      ...adviceOnMemory(container),
    },
    { exitCode: killedExitCode },
  );
}

function explainDisruption(pod: Pod): SystemFailure | null {
  const disruption = pod.status?.conditions?.find(
    ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
  );
  if (!disruption) return null;
  const message = plainLine(disruption.message ?? '');
  if (disruption.reason === 'PreemptionByScheduler') return preempted(message);
  // Told before the pod's own reason, which waits for the last container's end.
  if (disruption.reason === 'TerminationByKubelet')
    return /node shutdown/.test(message) ? nodeShutsDown(pod, message) : nodeEvicts(message);
  if (/^DeletionBy(TaintManager|DeviceTaintManager|PodGC)$/.test(disruption.reason ?? ''))
    return nodeLost(pod);
  return new SystemFailure('pod-evicted', {
    what: `The cluster is taking the job's pod away (${plainLine(disruption.reason ?? 'no reason')}): ${message}`,
    author: notTheJob,
    operator: 'nodes are drained or short of a resource.',
  });
}

function explainDeletion(pod: Pod): SystemFailure | null {
  return pod.metadata.deletionTimestamp === undefined ? null : gone(pod.metadata.name);
}

/** No container of such a pod runs, whatever their status says. */
function explainPhase(pod: Pod): SystemFailure | null {
  const phase = pod.status?.phase;
  return phase === 'Failed' || phase === 'Succeeded' ? ended(pod) : null;
}

/** A container ended, and neither it nor its pod says why: process 1 is ours, and ends only when somebody tells it to. */
export function isEndUnexplained(
  pod: Pod,
  { uid, container }: { readonly uid: string; readonly container: string },
): boolean {
  if (pod.metadata.uid !== uid) return false;
  const end = allContainers(pod).find(({ name }) => name === container)?.state?.terminated;
  if (!end || end.reason === 'OOMKilled') return false;
  return !(explainReason(pod) ?? explainDisruption(pod) ?? explainDeletion(pod));
}

/** Our pods never restart a container: this one will not run again. */
export function hasEnded(pod: Pod, container: string): boolean {
  return allContainers(pod).some(({ name, state }) => name === container && state?.terminated !== undefined);
}

function allContainers(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
}
