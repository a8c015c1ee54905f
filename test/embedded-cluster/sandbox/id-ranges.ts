// Which ids of the host a pod gets.
import { readFileSync } from 'node:fs';
import type { IdRange } from './oci-config.ts';
import type { PodPlan } from './sandbox.ts';

/** Ids of a pod's user namespace, as a kubelet gives them. */
export const idsPerPod = 65_536;
/** Far above the ranges that distributions hand to users (from 100,000 on), and below 2^31. */
const firstRange = 8192;
const ranges = 16_384;

/** Every pod gets ids that no other has. */
export function rangesOfRoot(): (plan: PodPlan) => readonly IdRange[] {
  let next = 0;
  return ({ ownUserNamespace }) => {
    if (!ownUserNamespace) return idsOfNode();
    next = (next + 1) % ranges;
    return [{ inside: 0, outside: (firstRange + next) * idsPerPod, size: idsPerPod }];
  };
}

/** An ordinary user has one range for all pods; launch.ts has put it where the proof of a user namespace wants it. */
export function rangeOfUser(): (plan: PodPlan) => readonly IdRange[] {
  return ({ ownUserNamespace }) =>
    ownUserNamespace ? [{ inside: 0, outside: idsPerPod, size: idsPerPod }] : idsOfNode();
}

/** The server's own ids, one to one: what a pod with `hostUsers: true` has. */
function idsOfNode(): IdRange[] {
  return readFileSync('/proc/self/uid_map', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([inside = 0, , size = 0]) => ({ inside, outside: inside, size }));
}
