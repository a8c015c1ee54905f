// A container that waits for a reason which no module explains better: it ends early and in the kubelet's words, for what is
// waited for until `timeouts.ready`, three times, with no word of advice, is as bad as a hang.
import type { Pod } from '../cluster/cluster.ts';
import type { Advice } from '../outcome/failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import { sentence } from '../text/sentence.ts';
import { nodeOf } from './node-of.ts';
import { kindOfReason, type ReasonKind } from './waiting-reasons.ts';

/** A kubelet tries again about every ten seconds: what six tries did not fix, waiting does not fix. */
export const graceSeconds = 60;

export interface StuckContainer {
  readonly container: string;
  /** The kubelet's words, safe to print. */
  readonly nodeMessage: string;
  readonly kind: Exclude<ReasonKind, 'progress' | 'image' | 'start'>;
}

/** @param containers those that must run; init containers, which come before them, are looked at in any case */
export function findStuck(pod: Pod, containers: readonly string[]): StuckContainer | null {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const awaited = containerStatuses.filter(({ name }) => containers.includes(name));
  for (const { name, state } of [...initContainerStatuses, ...awaited]) {
    const { reason = '', message = '' } = state?.waiting ?? {};
    const kind = kindOfReason(reason);
    if (kind === 'progress' || kind === 'image' || kind === 'start') continue;
    return { container: name, nodeMessage: stuckMessage(reason, message), kind };
  }
  return null;
}

/** An error's text that became the reason is most often the message as well. */
export function stuckMessage(reason: string, message: string): string {
  const nodeMessage = plainLine(reason);
  return message === '' || message === reason ? nodeMessage : `${nodeMessage} (${plainLine(message)})`;
}

/** Waiting cannot fix a Secret. */
export function isBeyondWaiting({ kind }: StuckContainer): boolean {
  return kind === 'pull-secret';
}

export function explainStuck(pod: Pod, { container, nodeMessage, kind }: StuckContainer): SystemFailure {
  const says = kind === 'pull-secret' ? 'The kubelet says' : `For ${graceSeconds} s the kubelet has said`;
  return new SystemFailure('not-ready', {
    what: `The ${container} container cannot start.`,
    why: sentence(`${says}: ${nodeMessage}`),
    ...adviceFor(kind, pod),
  });
}

/** What to do about it. */
export function adviceFor(kind: ReasonKind, pod: Pod | null): Advice {
  const node = nodeOf(pod);
  switch (kind) {
    case 'pull-secret':
      return {
        operator:
          "a pull secret of the pod is unreadable, and no image is pulled while it is: look at those that `image_pull_secrets` names. The job's own is not to blame.",
      };
    case 'template':
      return { operator: 'check the containers and hooks of `pod_template`.' };
    case 'node':
      return {
        author: 'Retry the job.',
        operator: `look at ${node}: its kubelet could not give the container the processors, memory or devices that it asks for.`,
      };
    default:
      return { author: 'Retry the job.', operator: `look at ${node}.` };
  }
}
