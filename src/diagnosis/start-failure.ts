// Why a pod does not start, in plain words, and which of those reasons will never pass by waiting. The kinds of reasons are a table
// in waiting-reasons.ts; why a pod died that had started: pod-death.ts.
import type { ContainerStatus, Pod } from '../cluster/cluster.ts';
import {
  buildContainer,
  containerLabel,
  describeContainer,
  helperContainer,
  isServiceContainer,
} from '../layout/container-names.ts';
import {
  incompleteImageExitCode,
  unclearableExitCode,
  unprovenExitCode,
  unwritableExitCode,
} from '../layout/exit-codes.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import { sentence } from '../text/sentence.ts';
import { explainNamespaceRefusal, unproven } from './explain-namespace.ts';
import { pullCauses } from './pull-causes.ts';
import { imageOf } from './pull-failure.ts';
import { stuckMessage } from './stuck-container.ts';
import { findUnboundClaim } from './unbound-claim.ts';
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
  if (wrongProcessor.test(nodeMessage)) return explainProcessor(name, nodeMessage);
  if (end.exitCode === unprovenExitCode) return unproven(sentence(nodeMessage || 'process 1 found none'));
  if (end.exitCode === unclearableExitCode) {
    return new SystemFailure('workspace', {
      what: sentence(`The lasting workspace cannot be used again: ${nodeMessage || 'it was not scrubbed'}`),
      why: 'Nothing of an earlier job may be in the way of this one, so it is deleted.',
      author: 'Retry the job; it gets another workspace.',
    });
  }
  if (end.exitCode !== incompleteImageExitCode && end.exitCode !== unwritableExitCode) return null;
  if (name === buildContainer && end.exitCode === incompleteImageExitCode) {
    return new BuildFailure('image-unusable', {
      what: sentence(`The build container cannot run a job: ${nodeMessage || 'its image lacks a program'}`),
      author: 'Use an image that has them.',
    });
  }
  return new SystemFailure(name === helperContainer ? 'helper-incomplete' : 'not-ready', {
    what: sentence(`The ${name} container cannot do its work: ${nodeMessage || 'it gives no reason'}`),
    operator: 'check `helper_image`, `pod_template` and the security contexts of the policy.',
  });
}

/** Linux, by way of a shell, runc, crun, or the container's own log. */
const wrongProcessor = /exec format error/i;

function explainProcessor(name: string, nodeMessage: string): BuildFailure | SystemFailure {
  const parts = {
    what: `The image of ${describeContainer(name)} is made for another kind of processor than the job's node has.`,
    why: nodeSaid(nodeMessage),
  };
  const { author, chooser: operator } = pullCauses['wrong-platform'];
  return isOfTheImage(name)
    ? new BuildFailure('image-unusable', { ...parts, author })
    : new SystemFailure('helper-incomplete', { ...parts, operator });
}

/** A node under load: the kubelet tries again, and mostly the next try works. */
const transientMessage = /context deadline exceeded|is reserved for|failed to sync (secret|configmap) cache/;

/** containerd and CRI-O; before it, nothing quoted, which could be a name of the author's. */
const missingFilter =
  /^[^"'`]*(?:cannot load seccomp|seccomp: unable to load local) profile ".*no such file or directory/;

function explainRefusal(pod: Pod, status: ContainerStatus): BuildFailure | SystemFailure | null {
  const { name, state } = status;
  const { reason = '', message = '' } = state?.waiting ?? state?.terminated ?? {};
  const nodeMessage = plainLine(message);
  if (kindOfReason(reason) !== 'start' || transientMessage.test(nodeMessage)) return null;
  if (wrongProcessor.test(nodeMessage)) return explainProcessor(name, nodeMessage);
  const what = isServiceContainer(name)
    ? `The service ${plainLine(imageOf(pod, status))} (${containerLabel(name)})`
    : `The ${name} container`;
  if (missingFilter.test(nodeMessage)) {
    return new SystemFailure('not-ready', {
      what: `${what} cannot start: its node has no such seccomp file.`,
      why: nodeSaid(nodeMessage),
      operator:
        'lay the file that `seccompProfile.localhostProfile` of the policy names on every node that runs jobs (config/kubernetes/seccomp), or keep such jobs on nodes that have it, by a nodeSelector in `pod_template`.',
    });
  }
  if (isOfTheImage(name) && /executable file .*not found|no such file or directory/i.test(nodeMessage)) {
    return new BuildFailure('image-unusable', {
      what: `${what} cannot start: its image lacks the program that it starts with.`,
      why: nodeSaid(nodeMessage),
      author:
        name === buildContainer
          ? 'GitLab jobs need an image with a shell; choose one that has `sh`.'
          : 'Check its entrypoint and command.',
    });
  }
  return (
    (/setgroups|host ID|IDMAP/.test(nodeMessage) ? explainNamespaceRefusal(nodeMessage) : null) ??
    new SystemFailure('not-ready', {
      what: `${what} cannot start (${reason}).`,
      why: nodeSaid(nodeMessage),
      operator: 'check `pod_template` and the security contexts of the policy, and the node.',
    })
  );
}

const nodeSaid = (nodeMessage: string): string | undefined =>
  nodeMessage ? sentence(`The node said: ${nodeMessage}`) : undefined;

/** The author chose what starts there. */
const isOfTheImage = (name: string): boolean => name === buildContainer || isServiceContainer(name);

/** One line for the author about what the pod waits for; null when there is nothing to say. */
export function describeWaiting(pod: Pod): string | null {
  const unscheduled = findUnscheduled(pod);
  if (unscheduled) {
    const message = unscheduled.message ?? unscheduled.reason ?? '';
    const waitsFor = findUnboundClaim(pod, message)?.waitsFor ?? 'no node has room for the pod yet';
    return `${waitsFor}: ${plainLine(message)}`;
  }
  for (const { name, state } of containersOf(pod)) {
    const { reason = '', message = '' } = state?.waiting ?? {};
    if (kindOfReason(reason) !== 'progress')
      return `${containerLabel(name)}: ${stuckMessage(reason, message)}`;
  }
  return null;
}

/** What an operator can do for a pod whose lasting workspace keeps it from any node; null: something else does. */
export function adviseOnClaim(pod: Pod): string | null {
  const message = findUnscheduled(pod)?.message ?? '';
  return findUnboundClaim(pod, message)?.operator ?? null;
}

export const isUnschedulable = (pod: Pod): boolean => findUnscheduled(pod) !== undefined;

/** What the scheduler says of a pod that no node takes yet. */
const findUnscheduled = (pod: Pod) =>
  pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');

function containersOf(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}
