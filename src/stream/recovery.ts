// What now, after an exec that proved nothing? The pod may be dead, the refusal final, the time over; or it is worth another try.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ExecResult, Pod } from '../cluster/cluster.ts';
import type { JobContainer } from '../layout/container-names.ts';
import type { BuildFailure } from '../outcome/build-failure.ts';
import type { SystemFailure } from '../outcome/system-failure.ts';
import { findDeath } from './find-death.ts';
import { trackRefusals } from './lasting-refusal.ts';

/** Between two tries, in seconds: quick at first, never a storm. */
const backoff = [0.2, 0.4, 0.8, 1.6, 2];

type PodFailure = BuildFailure | SystemFailure;

export interface RecoveryInput {
  readonly cluster: Pick<Cluster, 'getPod'>;
  readonly pod: { readonly name: string; readonly uid: string };
  /** Must live for another try to make sense. */
  readonly container: JobContainer;
  /** Ends the wait; the caller says what that means. */
  readonly signal: AbortSignal;
  /** Nobody tries again after this. */
  readonly isOver: () => boolean;
  /** Makes the failure for then. */
  readonly giveUp: (end: ExecResult) => Promise<Error> | Error;
  /** Why the pod will never answer, besides its death. */
  readonly explainPod?: (pod: Pod) => PodFailure | null;
  /** The pod's status shows that what was asked for is done. */
  readonly isDone?: (pod: Pod) => boolean;
  /** The caller waits by itself. */
  readonly hasOwnPause?: boolean;
}

export interface Recovery {
  /** One look at the pod. null: it lives, or nobody can be asked just now. */
  readonly findDeath: () => Promise<PodFailure | null>;
  /**
   * Returns after a pause when it is worth another try, and at once when `signal` aborted.
   *
   * @returns whether `isDone` holds
   * @throws BuildFailure or SystemFailure the pod's death, a refusal that lasts, or `giveUp`
   */
  readonly next: (end: ExecResult) => Promise<boolean>;
  /** The container was reached: the pauses begin with the short ones again. */
  readonly restart: () => void;
}

export function startRecovery(input: RecoveryInput): Recovery {
  const { signal, isOver, giveUp, isDone, hasOwnPause = false } = input;
  const checkRefusal = trackRefusals();
  let tries = 0;
  return {
    findDeath: async () => (await lookAt(input)).death,
    restart: () => {
      tries = 0;
    },
    next: async (end) => {
      const { pod, death, refusal } = await lookAt(input);
      if (signal.aborted) return false;
      if (death) throw death;
      const isLast = isOver();
      const final = checkRefusal(end, refusal, isLast);
      if (final) throw final;
      if (pod && isDone?.(pod)) return true;
      if (isLast) throw await giveUp(end);
      const seconds = hasOwnPause ? 0 : (backoff[Math.min(tries++, backoff.length - 1)] ?? 0);
      await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
      return false;
    },
  };
}

interface Look {
  /** undefined: an API server that cannot be asked just now says nothing about the pod. */
  readonly pod: Pod | null | undefined;
  readonly death: PodFailure | null;
  /** Why it could not be asked. */
  readonly refusal?: unknown;
}

async function lookAt(input: RecoveryInput): Promise<Look> {
  let pod: Pod | null;
  try {
    pod = await input.cluster.getPod(input.pod.name, { signal: input.signal });
  } catch (refusal) {
    return { pod: undefined, death: null, refusal };
  }
  return { pod, death: await explain(pod, input) };
}

async function explain(pod: Pod | null, input: RecoveryInput): Promise<PodFailure | null> {
  const place = { ...input.pod, container: input.container };
  return (pod && input.explainPod?.(pod)) ?? (await findDeath(input.cluster, pod, place, input.signal));
}
