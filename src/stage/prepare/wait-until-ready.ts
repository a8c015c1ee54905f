// Waits for the job's pod, and logs what it waits for: one line, the details in a collapsed section.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ClusterEvent, Pod } from '../../cluster/cluster.ts';
import { explainNamespaceRefusal } from '../../diagnosis/explain-namespace.ts';
import { findPullFailure } from '../../diagnosis/pull-failure.ts';
import { isSaidBefore, type SaidPulls } from '../../diagnosis/said-pulls.ts';
import { readSetupTrouble } from '../../diagnosis/setup-trouble.ts';
import { describeWaiting, isUnschedulable } from '../../diagnosis/start-failure.ts';
import { containerLabel } from '../../layout/container-names.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { Deadline } from '../deadline.ts';
import { explainNotReady } from './explain-not-ready.ts';
import {
  type AwaitedPod,
  checkPodReadiness,
  newWaitState,
  type Readiness,
  type WaitState,
} from './pod-readiness.ts';

/** The clock below looks once a second, and a busy machine is late. */
const clockMilliseconds = 5000;

export interface ReadyInput extends AwaitedPod {
  readonly cluster: Cluster;
  readonly deadline: Deadline;
  readonly saidPulls: SaidPulls;
  /** The node reports that a container was started. */
  readonly onStarted?: (container: string) => void;
  /** Settles when all containers are known to run, whatever their status says yet; rejects with what makes them useless. */
  readonly answered?: Promise<unknown>;
  /** One line of detail, safe to print. */
  readonly log: (line: string, importance: 'detail' | 'warning') => void;
  readonly signal: AbortSignal;
}

/** @throws BuildFailure or SystemFailure when the pod cannot become ready, or did not in time */
export async function waitUntilReady(request: ReadyInput): Promise<Readiness> {
  const over = new AbortController();
  const signal = AbortSignal.any([request.signal, over.signal]);
  const refusal = Promise.withResolvers<never>();
  refusal.promise.catch(() => undefined);
  const waiting = newWaitState();
  const placed = Promise.withResolvers<Pod>();
  const events = followEvents(request, signal, (event) => {
    if (event.reason === 'Started' && event.container) request.onStarted?.(event.container);
    noteSetupTrouble(event, waiting);
    const reason = refusalOf(event);
    if (reason) refusal.reject(reason);
  });
  try {
    // The watch goes on past the deadline, while we ask what the pod waited for: the reason must win, not the watch's end.
    const readiness = await Promise.race([
      watchPod(request, signal, waiting, placed.resolve),
      readyByAnswers(request, placed.promise),
      refusal.promise,
      failAtDeadline(request, signal, waiting),
    ]);
    if (waiting.runningSince !== null) request.deadline.extend(performance.now() - waiting.runningSince);
    return readiness;
  } finally {
    over.abort();
    await events;
  }
}

/** @param placed the pod as it was when it had a node: whatever comes later changes nothing that is asked of it */
async function readyByAnswers({ answered }: ReadyInput, placed: Promise<Pod>): Promise<Readiness> {
  if (!answered) return new Promise(() => undefined);
  const [pod] = await Promise.all([placed, answered]);
  return { kind: 'ready', pod, lateServices: [] };
}

async function watchPod(
  request: ReadyInput,
  signal: AbortSignal,
  waiting: WaitState,
  onPlaced: (pod: Pod) => void,
): Promise<Readiness> {
  const logged = new Set<string>();
  for await (const change of withClock(request.cluster.watchPod(request.pod.name, { signal }), signal)) {
    const pod = change.kind === 'gone' ? null : change.pod;
    const result = checkPodReadiness(pod, request, waiting);
    if (result) return result;
    if (pod?.spec.nodeName) onPlaced(pod);
    if (pod) logWaiting(pod, request, logged);
  }
  request.signal.throwIfAborted();
  throw new SystemFailure('not-ready', {
    what: "The watch on the job's pod ended before the pod was ready.",
  });
}

/** @param logged all of it: a pull in trouble goes back and forth between the same two reasons */
function logWaiting(pod: Pod, request: ReadyInput, logged: Set<string>): void {
  const waiting = describeWaiting(pod);
  if (waiting === null || logged.has(waiting)) return;
  logged.add(waiting);
  const pull = findPullFailure(pod);
  if (pull !== null && !request.saidPulls.isNew(pull.container, pull.message)) return;
  request.log(waiting, isUnschedulable(pod) ? 'warning' : 'detail');
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

async function followEvents(
  request: ReadyInput,
  signal: AbortSignal,
  onEvent: (event: ClusterEvent) => void,
): Promise<void> {
  try {
    for await (const event of request.cluster.watchEvents(request.pod, { signal })) {
      onEvent(event);
      if (isSaidBefore(event, request.saidPulls)) continue;
      const where = event.container ? ` (${plainLine(containerLabel(event.container))})` : '';
      const text = `${plainLine(event.reason)}${where}: ${plainLine(event.message)}`;
      request.log(text, event.type === 'Warning' ? 'warning' : 'detail');
    }
  } catch (error) {
    // Events are a help to the reader: a runner that may not list them still runs jobs.
    if (!signal.aborted)
      request.log(`events cannot be read: ${plainLine((error as Error).message)}`, 'detail');
  }
}

/** Since its first word: a kubelet repeats itself. */
function noteSetupTrouble(event: ClusterEvent, waiting: WaitState): void {
  const trouble = readSetupTrouble(event);
  if (!trouble) return;
  const before = waiting.setupTrouble;
  // What waiting cannot fix is not over because something else is said as well.
  if (before?.kind === 'template' && trouble.kind !== 'template') return;
  const since = before?.kind === trouble.kind ? before.since : performance.now();
  waiting.setupTrouble = { ...trouble, since };
}

function refusalOf(event: ClusterEvent): SystemFailure | null {
  // Not of `Failed`: that one quotes names of images and commands, which are the author's to choose.
  if (event.type !== 'Warning' || !/^(FailedCreatePodSandBox|FailedMount)$/.test(event.reason)) return null;
  return explainNamespaceRefusal(event.message);
}

/** Where all containers run, only services are waited for, and that has a limit of its own (`service_readiness.timeout`). */
async function failAtDeadline(request: ReadyInput, signal: AbortSignal, waiting: WaitState): Promise<never> {
  await sleep(request.deadline.remainingMilliseconds(), undefined, { signal });
  if (waiting.runningSince !== null && waiting.awaitsServicesOnly) {
    const until = waiting.runningSince + request.serviceSeconds * 1000 + clockMilliseconds;
    await sleep(Math.max(until - performance.now(), 0), undefined, { signal });
  }
  const pod = await request.cluster
    .getPod(request.pod.name, { signal: AbortSignal.timeout(5000) })
    .catch(() => null);
  throw explainNotReady({
    pod,
    containers: request.containers,
    seconds: request.deadline.seconds,
    setupTrouble: waiting.setupTrouble,
    pullFailure: waiting.pullTrouble?.failure ?? null,
  });
}
