// While a script runs, somebody looks at its pod: a deleted, evicted or lost pod ends the sub-stage within seconds, even when
// the connection to it stays silent, and a service that crashes is logged once.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../cluster/cluster.ts';
import type { JobContainer } from '../../layout/container-names.ts';
import { findDeath } from '../../stream/find-death.ts';
import { line } from '../../text/log-lines.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { AttemptState } from '../attempt-state.ts';
import type { StageIo } from '../stage-io.ts';
import { warnCrashes } from '../warn-crashes.ts';

/** Most sub-stages are over by then and need no watch of their own: a request less for the API server. */
const quietStartMilliseconds = 1500;

export interface Watch {
  /** Aborts with the failure as its reason. */
  readonly died: AbortSignal;
  end(): void;
}

export interface Watched {
  readonly io: StageIo;
  readonly cluster: Cluster;
  readonly state: AttemptState;
  readonly container: JobContainer;
  /** Services whose crash this process has logged: its watch and its last look may see one at the same moment. */
  readonly logged: Set<string>;
}

export function watchOver(watched: Watched): Watch {
  const died = new AbortController();
  const over = new AbortController();
  void observe(watched, died, over.signal).catch((error: unknown) => {
    // A watch that the API server refuses for good (no `watch` on pods) is not the job's end: the stream itself notices too.
    if (!over.signal.aborted)
      watched.io.log(
        line(`The job's pod cannot be watched: ${plainLine((error as Error).message)}`, 'yellow'),
      );
  });
  return { died: died.signal, end: () => over.abort() };
}

async function observe(
  { io, cluster, state, container, logged }: Watched,
  died: AbortController,
  signal: AbortSignal,
): Promise<void> {
  await sleep(quietStartMilliseconds, undefined, { signal, ref: false });
  for await (const change of cluster.watchPod(state.pod.name, { signal })) {
    const pod = change.kind === 'gone' ? null : change.pod;
    const death = await findDeath(cluster, pod, { ...state.pod, container }, signal);
    if (death) {
      died.abort(death);
      return;
    }
    if (pod) await warnCrashes({ io, cluster, pod, services: state.services }, logged);
  }
}

const lookMilliseconds = 5000;

/** One look at a script's end: most are over before the watch begins, and a crash beside them would go unreported. */
export async function warnLateCrashes({
  io,
  cluster,
  state,
  logged,
}: Omit<Watched, 'container'>): Promise<void> {
  if (state.services.length === 0) return;
  // Words only depend on it: without an answer there are none.
  const pod = await cluster
    .getPod(state.pod.name, { signal: AbortSignal.timeout(lookMilliseconds) })
    .catch(() => null);
  if (pod) await warnCrashes({ io, cluster, pod, services: state.services }, logged);
}
