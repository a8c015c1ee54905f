// A pod's node, for people.
import type { Pod } from '../cluster/cluster.ts';
import { plainLine } from '../text/plain-text.ts';

/** By its name where one is known, safe to print; stands in the middle of a sentence. */
export const nodeOf = (pod: Pod | null): string =>
  pod?.spec.nodeName ? `the node ${plainLine(pod.spec.nodeName)}` : "the pod's node";
