// What a pod on its way is worth: ready, still on its way, or never to be ready. Looked at with each change, and each second.
import type { Pod } from '../../cluster/cluster.ts';
import { explainDeath } from '../../diagnosis/pod-death.ts';
import { findPullFailure, lasts, type PullFailure, withCause } from '../../diagnosis/pull-failure.ts';
import { explainSetupTrouble, isBeforeContainers, type SetupTrouble } from '../../diagnosis/setup-trouble.ts';
import { explainStartFailure } from '../../diagnosis/start-failure.ts';
import { explainStuck, findStuck, graceSeconds, isBeyondWaiting } from '../../diagnosis/stuck-container.ts';
import { buildContainer, helperContainer, isServiceContainer } from '../../layout/container-names.ts';

export interface AwaitedPod {
  readonly pod: { readonly name: string; readonly uid: string };
  /** All must run; those with a readiness probe are waited for by `serviceSeconds` at most. */
  readonly containers: readonly string[];
  readonly serviceSeconds: number;
}

export type Readiness =
  | { readonly kind: 'ready'; readonly pod: Pod; readonly lateServices: readonly string[] }
  | { readonly kind: 'pull-failed'; readonly failure: PullFailure };

/** Since when; performance.now(). null: it is not so. */
export interface WaitState {
  runningSince: number | null;
  /** Since `runningSince`: nothing but services is not ready. */
  awaitsServicesOnly: boolean;
  pullTrouble: PullTrouble | null;
  stuckSince: number | null;
  /** The last that the node said of sandbox, network and volumes. */
  setupTrouble: (SetupTrouble & { readonly since: number }) | null;
}

interface PullTrouble {
  readonly failure: PullFailure;
  readonly since: number;
  /** The kubelet has waited since, so what it shows next is another try. */
  readonly hasBackedOff: boolean;
}

export const newWaitState = (): WaitState => ({
  runningSince: null,
  awaitsServicesOnly: false,
  pullTrouble: null,
  stuckSince: null,
  setupTrouble: null,
});

/** A registry in trouble gets as many of the kubelet's own retries as fit into this; then the next pull policy is tried. */
const registryGraceSeconds = 60;

/**
 * @returns null: it may become ready yet
 * @throws BuildFailure or SystemFailure when it never will
 */
export function checkPodReadiness(
  pod: Pod | null,
  request: AwaitedPod,
  waiting: WaitState,
): Readiness | null {
  if (pod !== null && pod.metadata.uid === request.pod.uid) {
    const failed = findFinalPull(pod, waiting);
    if (failed) return { kind: 'pull-failed', failure: failed };
    const start = explainStartFailure(pod);
    if (start) throw start;
  }
  const death =
    explainDeath(pod, { ...request.pod, container: helperContainer }) ??
    explainDeath(pod, { ...request.pod, container: buildContainer });
  if (death) throw death;
  if (pod === null) return null;
  refuseStandstill(pod, request, waiting);
  return checkReadiness(pod, request, waiting);
}

/** What the registry says about the image is final; a registry that does not answer gets the kubelet's own retries for a while. */
function findFinalPull(pod: Pod, waiting: WaitState): PullFailure | null {
  const before = waiting.pullTrouble;
  const found = findPullFailure(pod);
  if (!found) {
    waiting.pullTrouble = null;
    return null;
  }
  const failure = withCause(found, before?.failure ?? null);
  const since = before?.since ?? performance.now();
  const isSame = before?.failure.container === failure.container;
  const hasBackedOff = failure.isBackingOff || (isSame && before.hasBackedOff);
  waiting.pullTrouble = { failure, since, hasBackedOff };
  const isRepeated = lasts(failure) === 'when-repeated' && hasBackedOff && !failure.isBackingOff;
  const isFinal = lasts(failure) === 'final' || isRepeated || isOver(since, registryGraceSeconds);
  return isFinal ? failure : null;
}

/** @throws SystemFailure what nobody explains, and waiting has not solved */
function refuseStandstill(pod: Pod, { containers }: AwaitedPod, waiting: WaitState): void {
  const stuck = findStuck(pod, containers);
  if (stuck === null) waiting.stuckSince = null;
  else {
    waiting.stuckSince ??= performance.now();
    if (isBeyondWaiting(stuck) || isOver(waiting.stuckSince, graceSeconds)) throw explainStuck(pod, stuck);
  }
  const { setupTrouble } = waiting;
  if (setupTrouble?.kind !== 'template' || !isBeforeContainers(pod)) return;
  if (isOver(setupTrouble.since, graceSeconds)) throw explainSetupTrouble(setupTrouble, pod);
}

function checkReadiness(pod: Pod, request: AwaitedPod, waiting: WaitState): Readiness | null {
  const statuses = pod.status?.containerStatuses ?? [];
  const of = (name: string) => statuses.find((status) => status.name === name);
  // A service that ended at once has had its turn: the job goes on without it (as in GitLab).
  const started = request.containers.every((name) => of(name)?.state?.running ?? of(name)?.state?.terminated);
  if (!started) return null;
  waiting.runningSince ??= performance.now();
  const late = request.containers.filter((name) => of(name)?.state?.running && of(name)?.ready === false);
  if (late.length === 0) return { kind: 'ready', pod, lateServices: [] };
  waiting.awaitsServicesOnly = late.every(isServiceContainer);
  return isOver(waiting.runningSince, request.serviceSeconds) && waiting.awaitsServicesOnly
    ? { kind: 'ready', pod, lateServices: late }
    : null;
}

function isOver(since: number, seconds: number): boolean {
  return performance.now() - since >= seconds * 1000;
}
