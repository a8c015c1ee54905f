// Why a pod does not start, in plain words, and which of those reasons will never pass by waiting. The kinds of reasons are a table
// in waiting-reasons.ts; why a pod died that had started: pod-death.ts.
import type { ContainerStatus, Pod } from '../cluster/cluster.ts';
import { buildContainer, helperContainer, isServiceContainer } from '../layout/container-names.ts';
import { unprovenExitCode, unusableExitCode } from '../layout/exit-codes.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import { explainNamespaceRefusal, unproven } from './explain-namespace.ts';
import { imageOf } from './pull-failure.ts';
import { stuckMessage } from './stuck-container.ts';
import { kindOfReason } from './waiting-reasons.ts';

/** Reasons of a container that no waiting fixes, other than its image. */
export function explainStartFailure(pod: Pod): BuildFailure | SystemFailure | null {
  for (const status of containersOf(pod)) {
    const failure = explainOwnExit(status) ?? explainRefusal(pod, status);
    if (failure) return failure;
  }
  return null;
}

/** Process 1 of ours says with its exit code what it lacks. A service may end with any code, and the job goes on. */
function explainOwnExit({ name, state }: ContainerStatus): BuildFailure | SystemFailure | null {
  const end = state?.terminated;
  if (!end || isServiceContainer(name)) return null;
  const nodeMessage = plainLine(end.message ?? '');
  if (name === buildContainer && /exec format error/.test(nodeMessage)) {
    return new BuildFailure('image-unusable', {
      what: "The image of the build container is made for another kind of processor than the cluster's nodes have: use an image for theirs.",
      why: `The node said: ${nodeMessage}`,
    });
  }
  if (end.exitCode === unprovenExitCode) return unproven(`${nodeMessage || 'process 1 found none'}.`);
  if (end.exitCode !== unusableExitCode) return null;
  if (name === buildContainer && /this image has no/.test(nodeMessage)) {
    return new BuildFailure('image-unusable', {
      what: `The build container cannot run a job: ${nodeMessage}.`,
      author: 'Use an image that has them.',
    });
  }
  return new SystemFailure(name === helperContainer ? 'helper-incomplete' : 'not-ready', {
    what: `The ${name} container cannot do its work: ${nodeMessage || 'it gives no reason'}.`,
    operator: 'check `helper_image`, `pod_template` and the security contexts of the policy.',
  });
}

/** A node under load: the kubelet tries again, and mostly the next try works. */
const transientMessage = /context deadline exceeded|is reserved for|failed to sync (secret|configmap) cache/;

function explainRefusal(pod: Pod, status: ContainerStatus): BuildFailure | SystemFailure | null {
  const { name, state } = status;
  const { reason = '', message = '' } = state?.waiting ?? state?.terminated ?? {};
  const nodeMessage = plainLine(message);
  if (kindOfReason(reason) !== 'start' || transientMessage.test(nodeMessage)) return null;
  const what = isServiceContainer(name)
    ? `The service ${plainLine(imageOf(pod, status))} (${name})`
    : `The ${name} container`;
  if (isOfTheImage(name) && /executable file .*not found|no such file or directory/i.test(nodeMessage)) {
    const need =
      name === buildContainer
        ? 'GitLab jobs need an image with a shell; choose one that has `sh`.'
        : 'check its entrypoint and command.';
    return new BuildFailure('image-unusable', {
      what: `${what} cannot start: ${need}`,
      why: `The node said: ${nodeMessage}`,
    });
  }
  return (
    (/setgroups|host ID|IDMAP/.test(nodeMessage) ? explainNamespaceRefusal(nodeMessage) : null) ??
    new SystemFailure('not-ready', {
      what: `${what} cannot start (${reason}).`,
      why: nodeMessage && `The node said: ${nodeMessage.replace(/\.$/, '')}.`,
      operator: 'check `pod_template` and the security contexts of the policy, and the node.',
    })
  );
}

/** The author chose what starts there. */
const isOfTheImage = (name: string): boolean => name === buildContainer || isServiceContainer(name);

/** One line for the author about what the pod waits for; null when there is nothing to say. */
export function describeWaiting(pod: Pod): string | null {
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  if (unscheduled)
    return `no node has room for the pod yet: ${plainLine(unscheduled.message ?? unscheduled.reason ?? '')}`;
  for (const { name, state } of containersOf(pod)) {
    const { reason = '', message = '' } = state?.waiting ?? {};
    if (kindOfReason(reason) !== 'progress') return `${name}: ${stuckMessage(reason, message)}`;
  }
  return null;
}

export function isUnschedulable(pod: Pod): boolean {
  return (
    pod.status?.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False') ?? false
  );
}

function containersOf(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}
