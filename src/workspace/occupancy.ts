// Whether somebody has a workspace, as its claim and the pods say it. Nothing that anybody forgot keeps it for good.
import type { Pod } from '../cluster/cluster.ts';
import type { Policy } from '../policy/policy.ts';
import { timeOf, type WorkspaceClaim } from './claim-view.ts';

/**
 * `leaving`: its pod is on its way out; the next one waits for that, because the cluster gives the volume to one pod at a time.
 */
export type Occupancy = 'free' | 'leaving' | 'taken';

export interface Witness {
  /** Those with the label of the workspace, or all of ours. */
  readonly pods: readonly Pod[];
  readonly now: Date;
  /** How long a job may hold a workspace before its pod is there: prepare waits out a full quota. */
  readonly startSeconds: number;
}

/** Between the clocks of two runners, and for what the API server takes. */
const holdGraceSeconds = 600;

export const startSecondsOf = ({ timeouts }: Pick<Policy, 'timeouts'>): number =>
  timeouts.ready + holdGraceSeconds;

/** What is longer on its way out is stuck: its node is lost, say. */
const leavingSeconds = 60;

export function occupancyOf(
  { name, holder }: WorkspaceClaim,
  { pods, now, startSeconds }: Witness,
): Occupancy {
  const users = pods.filter((pod) => !hasEnded(pod) && claimsOf(pod).includes(name));
  if (users.some((pod) => !isLeaving(pod, now))) return 'taken';
  if (users.length > 0) return 'leaving';
  const isStarting = holder !== null && now.getTime() - holder.since < startSeconds * 1000;
  return isStarting ? 'taken' : 'free';
}

function isLeaving({ metadata }: Pod, now: Date): boolean {
  const since = timeOf(metadata.deletionTimestamp);
  return since !== null && now.getTime() - since < leavingSeconds * 1000;
}

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

function claimsOf({ spec }: Pod): string[] {
  const volumes = (spec['volumes'] ?? []) as readonly {
    readonly persistentVolumeClaim?: { readonly claimName?: string };
  }[];
  return volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}
