// The deletion of a pod that nothing may run in any more.
import type { Cluster } from '../cluster/cluster.ts';

/** Whoever waits for a stage to end waits for this too; cleanup tries again, and a pod's own deadline is the last resort. */
export const deleteMilliseconds = 5000;

/** @returns whether the cluster confirmed it; it never rejects, for another failure is the one to read */
export async function deletePodInTime(
  cluster: Pick<Cluster, 'deletePod'>,
  { name, uid }: { readonly name: string; readonly uid: string },
  signal: AbortSignal = AbortSignal.timeout(deleteMilliseconds),
): Promise<boolean> {
  return cluster.deletePod({ name, uid }, { signal }).then(
    () => true,
    () => false,
  );
}
