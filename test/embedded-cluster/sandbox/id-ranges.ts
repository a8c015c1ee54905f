// Which ids of the host a pod gets.
import type { IdRange } from './oci-config.ts';
import type { PodPlan } from './sandbox.ts';

/** Ids of a pod's user namespace, as a kubelet gives them. */
export const idsPerPod = 65_536;
/** Far above the ranges that distributions hand to users (from 100,000 on), and below 2^31. */
const firstRange = 8192;
const ranges = 16_384;
/** The map of the initial user namespace, of which the kernel makes no secret: `0 0 4294967295`. */
const idsOfHost: IdRange = { inside: 0, outside: 0, size: 4_294_967_295 };

/** Every pod gets ids that no other has; one without a user namespace of its own the host's, in a namespace all the same. */
export function rangesOfRoot(): (plan: PodPlan) => readonly IdRange[] {
  let next = 0;
  return ({ ownUserNamespace }) => {
    if (!ownUserNamespace) return [idsOfHost];
    next = (next + 1) % ranges;
    return [{ inside: 0, outside: (firstRange + next) * idsPerPod, size: idsPerPod }];
  };
}

/**
 * An ordinary user has one range for all pods; launch.ts has put it where the proof of a user namespace wants it. He has no host's
 * ids to give: two lines in place of one are enough to break the proof.
 */
export function rangeOfUser(): (plan: PodPlan) => readonly IdRange[] {
  const whole = { inside: 0, outside: idsPerPod, size: idsPerPod };
  const inTwo = [
    { inside: 0, outside: idsPerPod, size: 1 },
    { inside: 1, outside: idsPerPod + 1, size: idsPerPod - 1 },
  ];
  return ({ ownUserNamespace }) => (ownUserNamespace ? [whole] : inTwo);
}
