// What nobody needs any more: finished pods, pods past their deadline, and secrets whose pod never came or is gone.
// A pod that runs before its deadline is never among them, nor anything without our label.
import type { Cluster, Pod } from '../cluster/cluster.ts';
import { deadlineAnnotation, managedBy, ownPrefix } from '../pod/labels.ts';
import type { Policy } from '../policy/policy.ts';
import { durationText } from '../text/duration-text.ts';
import { plainLine } from '../text/plain-text.ts';

type Secret = Awaited<ReturnType<Cluster['listSecrets']>>[number];

export interface Leftover {
  readonly kind: 'pod' | 'secret' | 'workspace';
  readonly name: string;
  readonly uid: string;
  /** These three are for people; empty where the object does not say. */
  readonly jobId: string;
  readonly job: string;
  readonly project: string;
  /** Since it was made; null: unknown. */
  readonly ageSeconds: number | null;
  readonly reason: 'finished' | 'past-deadline' | 'orphaned' | 'idle' | 'beyond-total';
  /** The reason in words. */
  readonly why: string;
}

export interface GracePeriods {
  /** How long a finished pod stays, for whoever still reads how it ended. */
  readonly finishedAfterSeconds: number;
  /** How long a secret may wait for its pod: prepare makes the secret first, and waits out a full quota. */
  readonly secretAfterSeconds: number;
}

/** GitLab Runner reads a pod's end within seconds; a person who looks into a failed job wants minutes. */
const finishedAfterSeconds = 600;
/** On top of `timeouts.ready`, in which a secret may wait for a pod that a full quota holds back. */
const secretGraceSeconds = 600;

export function defaultGracePeriods({ timeouts }: Pick<Policy, 'timeouts'>): GracePeriods {
  return { finishedAfterSeconds, secretAfterSeconds: timeouts.ready + secretGraceSeconds };
}

export interface Stock {
  readonly pods: readonly Pod[];
  /** Listed before the pods, so that a pod made in between is seen. */
  readonly secrets: readonly Secret[];
  readonly now: Date;
  readonly gracePeriods: GracePeriods;
}

export interface Findings {
  /** Oldest first. */
  readonly leftovers: readonly Leftover[];
  readonly podsInUse: number;
  /** Somebody deleted them before us. */
  readonly podsGoing: number;
  /** Names of running pods of ours whose deadline cannot be read: nobody but a person may say that they are over. */
  readonly withoutDeadline: readonly string[];
}

export function findLeftovers(stock: Stock): Findings {
  const pods = stock.pods.filter((pod) => isOurs(pod.metadata.labels));
  const overdue = new Map(pods.map((pod) => [pod, evaluatePod(pod, stock)] as const));
  const going = pods.filter(isGoing);
  const inUse = pods.filter((pod) => !overdue.get(pod) && !isGoing(pod));
  const leftovers = [
    ...overdue.values(),
    ...stock.secrets.map((secret) => evaluateSecret(secret, pods, overdue, stock)),
  ];
  return {
    leftovers: leftovers
      .filter((leftover) => leftover !== null)
      .sort((a, b) => (b.ageSeconds ?? 0) - (a.ageSeconds ?? 0) || a.name.localeCompare(b.name)),
    podsInUse: inUse.length,
    podsGoing: going.length,
    withoutDeadline: inUse
      .filter((pod) => deadlineOf(pod) === null && endOf(pod) === null)
      .map(({ metadata }) => metadata.name),
  };
}

/** The API server selected by label already; a mistake here would delete what is not ours. */
function isOurs(labels: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(managedBy).every(([key, value]) => labels[key] === value);
}

const isGoing = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

function evaluatePod(pod: Pod, { now, gracePeriods }: Stock): Leftover | null {
  if (isGoing(pod)) return null;
  const finished = endOf(pod);
  const sinceEnd = finished === null ? null : secondsBetween(finished, now);
  if (sinceEnd !== null && sinceEnd >= gracePeriods.finishedAfterSeconds) {
    const how = plainLine(pod.status?.reason ?? pod.status?.phase ?? '');
    return {
      ...describePod(pod, now),
      reason: 'finished',
      why: `finished ${durationText(sinceEnd)} ago (${how})`,
    };
  }
  const deadline = deadlineOf(pod);
  if (deadline === null || deadline > now) return null;
  return {
    ...describePod(pod, now),
    reason: 'past-deadline',
    why: `deadline passed ${durationText(secondsBetween(deadline, now))} ago`,
  };
}

function describePod({ metadata }: Pod, now: Date): Omit<Leftover, 'reason' | 'why'> {
  const { labels = {}, annotations = {} } = metadata;
  return {
    kind: 'pod',
    name: metadata.name,
    uid: metadata.uid,
    jobId: plainLine(labels[`${ownPrefix}job-id`] ?? ''),
    job: plainLine(annotations[`${ownPrefix}job`] ?? ''),
    project: plainLine(annotations[`${ownPrefix}project`] ?? ''),
    ageSeconds: ageOf(metadata.creationTimestamp, now),
  };
}

function evaluateSecret(
  secret: Secret,
  pods: readonly Pod[],
  overdue: ReadonlyMap<Pod, Leftover | null>,
  { now, gracePeriods }: Stock,
): Leftover | null {
  // One that a pod owns goes with its pod.
  if (!isOurs(secret.labels) || secret.ownerUid !== undefined) return null;
  const ageSeconds = ageOf(secret.creationTimestamp, now);
  // Named after its pod, with a word for what is in it (src/layout/container-names.ts).
  const pod = pods.find(({ metadata }) => secret.name.startsWith(`${metadata.name}-`));
  if (pod ? !overdue.get(pod) : ageSeconds === null || ageSeconds < gracePeriods.secretAfterSeconds)
    return null;
  const jobId = plainLine(secret.labels[`${ownPrefix}job-id`] ?? '');
  const why = pod ? 'its pod goes too' : 'no pod';
  return {
    kind: 'secret',
    name: secret.name,
    uid: secret.uid,
    jobId,
    job: '',
    project: '',
    ageSeconds,
    reason: 'orphaned',
    why,
  };
}

/**
 * When a finished pod ended; null: it may still run. The last thing known to have happened to it counts, because an evicted
 * pod may say nothing of its containers, and too early is the one mistake that matters.
 */
function endOf({ metadata, status }: Pod): Date | null {
  if (status?.phase !== 'Succeeded' && status?.phase !== 'Failed') return null;
  const containers = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  const times = [
    metadata.creationTimestamp,
    ...(status.conditions ?? []).map(({ lastTransitionTime }) => lastTransitionTime),
    ...containers.map(({ state }) => state?.terminated?.finishedAt),
  ].map(readTime);
  const known = times.filter((time) => time !== null).map(Number);
  return known.length > 0 ? new Date(Math.max(...known)) : null;
}

function deadlineOf({ metadata }: Pod): Date | null {
  return readTime(metadata.annotations?.[deadlineAnnotation]);
}

function readTime(text: string | undefined): Date | null {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time);
}

function ageOf(creationTimestamp: string | undefined, now: Date): number | null {
  const made = readTime(creationTimestamp);
  return made && secondsBetween(made, now);
}

/** Never negative: the cluster's clock may be a little ahead of ours. */
function secondsBetween(before: Date, after: Date): number {
  return Math.max(0, Math.floor((after.getTime() - before.getTime()) / 1000));
}
