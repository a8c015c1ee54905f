// A kubelet says of a failed pull why as an event, as the reason why its container waits, and again in each back-off. Once is enough.
import type { ClusterEvent } from '../cluster/cluster.ts';
import { plainLine } from '../text/plain-text.ts';

/** What stands in the log already about the pulls of one pod. */
export interface SaidPulls {
  /** Remembers it, too. */
  readonly isNew: (container: string, nodeMessage: string) => boolean;
}

/** Before the cause (Kubernetes: pkg/kubelet/images/image_manager.go; the back-off has the cause since 1.32). */
const prefix = /^(?:Failed to pull|Back-off pulling) image "[^"]*"(?:: )?(?:ErrImagePull: )?/;

export function newSaidPulls(): SaidPulls {
  const said = new Map<string, string[]>();
  return {
    isNew: (container, nodeMessage) => {
      const text = plainLine(nodeMessage);
      const cause = text.replace(prefix, '');
      const before = said.get(container) ?? [];
      if (before.some((words) => words.includes(cause))) return false;
      said.set(container, [...before, text]);
      return true;
    },
  };
}

/** `Error: ErrImagePull` follows the event that says why. */
export function isSaidBefore(
  { reason, message: nodeMessage, container }: ClusterEvent,
  words: SaidPulls,
): boolean {
  if (reason === 'Failed' && /^Error: (?:ErrImagePull|ImagePullBackOff)$/.test(nodeMessage)) return true;
  const isPull = /^(?:Failed|BackOff)$/.test(reason) && prefix.test(nodeMessage);
  return isPull && container !== undefined && !words.isNew(container, nodeMessage);
}
