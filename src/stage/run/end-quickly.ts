// The end of the build container, and its proof, without a look at the pod's status: the kubelet looks once a second only, and takes no
// exec into a container that does not run.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ExecResult } from '../../cluster/cluster.ts';
import { endProcessOne } from '../../in-container/commands.ts';
import { buildContainer } from '../../layout/container-names.ts';
import { askContainer } from '../../stream/ask-container.ts';
import type { AttemptState } from '../attempt-state.ts';

/** Before each exec: the runtime knows of an end some milliseconds after it. */
const pauses = [0, 10, 20, 50, 100, 200];
/** A container that is slower than this is held up by somebody: then only its status tells. */
const maxMilliseconds = 1000;

/**
 * Asks process 1 to end, and then again, until the kubelet says that there is no such container. Where it says so at the first try, the
 * container may only be lost from its sight, and the status has to tell.
 *
 * @returns whether it is proven
 */
export async function endQuickly(
  cluster: Pick<Cluster, 'exec'>,
  state: AttemptState,
  stop: AbortSignal,
): Promise<boolean> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(maxMilliseconds)]);
  let wasReached = false;
  for (const pause of pauses) {
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return false;
    const end = await askToEnd(cluster, state, { signal, milliseconds: maxMilliseconds });
    if (isNotFound(end)) return wasReached;
    wasReached ||= end.kind === 'exited' || end.kind === 'lost';
    if (!wasReached) return false;
  }
  return false;
}

/** What the exec says means nothing, and mostly it says nothing, for it ends with process 1. */
export async function askToEnd(
  cluster: Pick<Cluster, 'exec'>,
  { pod, shells }: AttemptState,
  limits: { readonly signal: AbortSignal; readonly milliseconds: number },
): Promise<ExecResult> {
  const { end } = await askContainer({
    ...{ cluster, pod, container: buildContainer, ...limits },
    command: endProcessOne(shells.build),
    maxBytes: 0,
  });
  return end;
}

/** The kubelet's words (pkg/kubelet/kubelet_pods.go, GetExec) and nothing else: no text of a container is among them. */
const notFound = `container not found ("${buildContainer}")`;
const before = /^(Internal error occurred: )?(unable to upgrade connection: )?/;

function isNotFound(end: ExecResult): boolean {
  if (end.kind !== 'failed' && !(end.kind === 'refused' && [404, 500].includes(end.httpStatus))) return false;
  return end.message.trim().replace(before, '') === notFound;
}
