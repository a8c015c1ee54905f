// Waits for the job's pod, and tells the author what it waits for: one line, the details in a collapsed section.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ClusterEvent, Pod } from '../cluster/cluster.ts';
import { plainLine } from '../outcome/plain-text.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { explainDeath } from '../stream/pod-death.ts';
import type { Deadline } from './deadline.ts';
import { explainNamespaceRefusal } from './namespace-words.ts';
import { explainPullFailure, findPullFailure, type PullFailure } from './pull-failure.ts';
import { describeWaiting, explainStartFailure, isUnschedulable } from './waiting-reasons.ts';

export interface ReadyRequest {
  readonly cluster: Cluster;
  readonly pod: { readonly name: string; readonly uid: string };
  /** All must run; those with a readiness probe are waited for by `serviceSeconds` at most. */
  readonly containers: readonly string[];
  readonly deadline: Deadline;
  readonly serviceSeconds: number;
  /** One line of detail, safe to print. */
  readonly tell: (line: string, importance: 'detail' | 'warning') => void;
  readonly signal: AbortSignal;
}

export type Readiness =
  | { readonly kind: 'ready'; readonly pod: Pod; readonly lateServices: readonly string[] }
  | { readonly kind: 'pull-failed'; readonly failure: PullFailure };

/** A registry in trouble gets as many of the kubelet's own retries as fit into this; then the next pull policy is tried. */
const registryPatienceSeconds = 60;

/** @throws BuildFailure or SystemFailure when the pod cannot become ready, or did not in time */
export async function waitUntilReady(request: ReadyRequest): Promise<Readiness> {
  const over = new AbortController();
  const signal = AbortSignal.any([request.signal, over.signal]);
  const refusal = Promise.withResolvers<never>();
  refusal.promise.catch(() => undefined);
  const events = tellEvents(request, signal, refusal.reject);
  try {
    // The watch goes on past the deadline, while we ask what the pod waited for: the reason must win, not the watch's end.
    return await Promise.race([watchPod(request, signal), refusal.promise, failAtDeadline(request, signal)]);
  } finally {
    over.abort();
    await events;
  }
}

async function watchPod(request: ReadyRequest, signal: AbortSignal): Promise<Readiness> {
  const seen: Seen = { waiting: new Set(), runningSince: null, pullTroubleSince: null };
  for await (const change of withClock(request.cluster.watchPod(request.pod.name, { signal }), signal)) {
    const pod = change.kind === 'gone' ? null : change.pod;
    const result = judge(pod, request, seen);
    if (result) return result;
  }
  request.signal.throwIfAborted();
  throw new SystemFailure('not-ready', "The watch on the job's pod ended before the pod was ready.");
}

interface Seen {
  /** All that was told: a pull in trouble goes back and forth between the same two reasons. */
  readonly waiting: Set<string>;
  runningSince: number | null;
  pullTroubleSince: number | null;
}

function judge(pod: Pod | null, request: ReadyRequest, seen: Seen): Readiness | null {
  if (pod !== null && pod.metadata.uid === request.pod.uid) {
    const failure = findPullFailure(pod);
    if (failure && isFinalPull(failure, seen)) return { kind: 'pull-failed', failure };
    if (!failure) seen.pullTroubleSince = null;
    const start = explainStartFailure(pod);
    if (start) throw start;
  }
  const death =
    explainDeath(pod, { ...request.pod, container: 'helper' }) ??
    explainDeath(pod, { ...request.pod, container: 'build' });
  if (death) throw death;
  if (pod === null) return null;
  tellWaiting(pod, request, seen);
  return judgeReadiness(pod, request, seen);
}

/** What the registry says about the image is final; a registry that does not answer gets the kubelet's own retries for a while. */
function isFinalPull(failure: PullFailure, seen: Seen): boolean {
  if (failure.kind !== 'registry') return true;
  seen.pullTroubleSince ??= performance.now();
  return performance.now() - seen.pullTroubleSince > registryPatienceSeconds * 1000;
}

function tellWaiting(pod: Pod, request: ReadyRequest, seen: Seen): void {
  const waiting = describeWaiting(pod);
  if (waiting === null || seen.waiting.has(waiting)) return;
  seen.waiting.add(waiting);
  request.tell(waiting, isUnschedulable(pod) ? 'warning' : 'detail');
}

function judgeReadiness(pod: Pod, request: ReadyRequest, seen: Seen): Readiness | null {
  const statuses = pod.status?.containerStatuses ?? [];
  const of = (name: string) => statuses.find((status) => status.name === name);
  // A service that ended at once has had its turn: the job goes on without it (as in GitLab).
  const started = request.containers.every((name) => of(name)?.state?.running ?? of(name)?.state?.terminated);
  if (!started) return null;
  seen.runningSince ??= performance.now();
  const late = request.containers.filter((name) => of(name)?.state?.running && of(name)?.ready === false);
  if (late.length === 0) return { kind: 'ready', pod, lateServices: [] };
  const isPatienceOver = performance.now() - seen.runningSince >= request.serviceSeconds * 1000;
  return isPatienceOver && late.every((name) => name.startsWith('svc-'))
    ? { kind: 'ready', pod, lateServices: late }
    : null;
}

/** Repeats the last change each second, for the limits that pass without one. */
async function* withClock<T>(changes: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = changes[Symbol.asyncIterator]();
  let next = iterator.next();
  let last: T | undefined;
  try {
    while (!signal.aborted) {
      const tick = Promise.withResolvers<'tick'>();
      const timer = setTimeout(() => tick.resolve('tick'), 1000);
      const result = await Promise.race([next, tick.promise]).finally(() => clearTimeout(timer));
      if (result === 'tick') {
        if (last !== undefined) yield last;
        continue;
      }
      if (result.done) return;
      last = result.value;
      next = iterator.next();
      yield result.value;
    }
  } finally {
    // Not awaited: a generator that waits for its next change returns only once the caller's signal ends it.
    next.catch(() => undefined);
    iterator.return?.().catch(() => undefined);
  }
}

async function tellEvents(
  request: ReadyRequest,
  signal: AbortSignal,
  refuse: (reason: Error) => void,
): Promise<void> {
  try {
    for await (const event of request.cluster.watchEvents(request.pod, { signal }))
      tellEvent(event, request, refuse);
  } catch (error) {
    // Events are a help to the reader: a runner that may not list them still runs jobs.
    if (!signal.aborted)
      request.tell(`events cannot be read: ${plainLine((error as Error).message)}`, 'detail');
  }
}

function tellEvent(event: ClusterEvent, request: ReadyRequest, refuse: (reason: Error) => void): void {
  const where = event.container ? ` (${plainLine(event.container)})` : '';
  const text = `${plainLine(event.reason)}${where}: ${plainLine(event.message)}`;
  request.tell(text, event.type === 'Warning' ? 'warning' : 'detail');
  // Not of `Failed`: that one quotes names of images and commands, which are the author's to choose.
  if (event.type !== 'Warning' || !/^(FailedCreatePodSandBox|FailedMount)$/.test(event.reason)) return;
  const refusal = explainNamespaceRefusal(event.message);
  if (refusal) refuse(refusal);
}

async function failAtDeadline(request: ReadyRequest, signal: AbortSignal): Promise<never> {
  await sleep(request.deadline.remainingMilliseconds(), undefined, { signal });
  throw await notReady(request);
}

async function notReady(request: ReadyRequest): Promise<SystemFailure> {
  const pod = await request.cluster
    .getPod(request.pod.name, { signal: AbortSignal.timeout(5000) })
    .catch(() => null);
  const pull = pod && findPullFailure(pod);
  if (pull) return new SystemFailure('image-registry', explainPullFailure(pull).message);
  const why = pod && describeWaiting(pod)?.replace(/\.$/, '');
  return new SystemFailure(
    pod && isUnschedulable(pod) ? 'unschedulable' : 'not-ready',
    `The job's pod was not ready within ${request.deadline.seconds} s (\`timeouts.ready\`): ${why ?? 'its containers are still being made'}. Retry the job; operators: the cluster may need more room, or a node has trouble.`,
  );
}
