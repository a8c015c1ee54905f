// Why a pod died, with the time that it takes: a kubelet ends the containers first, and says why some moments later.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Pod } from '../cluster/cluster.ts';
import { explainDeath, isEndUnexplained } from '../diagnosis/pod-death.ts';
import type { BuildFailure } from '../outcome/build-failure.ts';
import type { SystemFailure } from '../outcome/system-failure.ts';

/** Measured on Kubernetes 1.36: an eviction's reason came within a second of the container's end. */
const timeoutMilliseconds = 4000;
const pauseMilliseconds = 200;

/**
 * explainDeath; only where a container ended and nothing tells why, the pod is asked for again until it says so or the time is over.
 *
 * @param pod as the API server shows it now
 */
export async function findDeath(
  cluster: Pick<Cluster, 'getPod'>,
  pod: Pod | null,
  place: { readonly name: string; readonly uid: string; readonly container: string },
  signal: AbortSignal,
): Promise<BuildFailure | SystemFailure | null> {
  const until = performance.now() + timeoutMilliseconds;
  let seen = pod;
  while (seen && isEndUnexplained(seen, place) && performance.now() < until && !signal.aborted) {
    await sleep(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
    const later = await cluster.getPod(place.name, { signal }).catch(() => undefined);
    if (later !== undefined) seen = later;
  }
  return explainDeath(seen, place);
}
