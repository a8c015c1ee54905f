// Removes what crashed runners left in the cluster: only what is ours, each object by its own uid, and never a job that may
// still run. Safe to repeat, and to run several times at once: what another sweep took is gone, and that is all that is wanted.
import type { Cluster } from '../cluster/cluster.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { managedSelector } from '../pod/labels.ts';
import { plainLine } from '../text/plain-text.ts';
import { type Findings, findLeftovers, type GracePeriods, type Leftover } from './sweep-leftovers.ts';

export interface SweepInput {
  readonly cluster: Cluster;
  readonly now: Date;
  readonly gracePeriods: GracePeriods;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
}

export interface Swept extends Leftover {
  /** `gone`: it was not there any more, or something else has its name now. */
  readonly result: 'would-delete' | 'deleted' | 'gone' | 'failed';
  /** Why it failed; else empty. */
  readonly error: string;
}

export interface SweepReport extends Omit<Findings, 'leftovers'> {
  readonly namespace: string;
  readonly isDryRun: boolean;
  readonly objects: readonly Swept[];
  /** Why secrets could not be looked at; null: they were. */
  readonly secretsUnread: string | null;
}

/** Deletions under way at once: quick for hundreds of pods, and a small part of what an API server takes from one client. */
const deletionsAtOnce = 8;

/** @throws SystemFailure when the pods cannot be listed; a single object that cannot be deleted is in the report */
export async function sweep(input: SweepInput): Promise<SweepReport> {
  const { cluster, isDryRun, now, gracePeriods, signal } = input;
  const { secrets, secretsUnread } = await listSecrets(input);
  const pods = await cluster.listPods(managedSelector(), { signal });
  const { leftovers, ...rest } = findLeftovers({ pods, secrets, now, gracePeriods });
  const objects: Swept[] = [];
  for (let next = 0; next < leftovers.length; next += deletionsAtOnce) {
    signal.throwIfAborted();
    const batch = leftovers.slice(next, next + deletionsAtOnce);
    objects.push(...(await Promise.all(batch.map((leftover) => take(leftover, input)))));
  }
  return { namespace: cluster.namespace, isDryRun, objects, secretsUnread, ...rest };
}

/** Without the right to list secrets the pods can go all the same. */
async function listSecrets({ cluster, signal }: SweepInput): Promise<{
  readonly secrets: Awaited<ReturnType<Cluster['listSecrets']>>;
  readonly secretsUnread: string | null;
}> {
  try {
    return { secrets: await cluster.listSecrets(managedSelector(), { signal }), secretsUnread: null };
  } catch (error) {
    signal.throwIfAborted();
    return { secrets: [], secretsUnread: refusalOf(error) };
  }
}

async function take(leftover: Leftover, { cluster, isDryRun, signal }: SweepInput): Promise<Swept> {
  if (isDryRun) return { ...leftover, result: 'would-delete', error: '' };
  try {
    const answer = await (leftover.kind === 'pod'
      ? cluster.deletePod(leftover, { signal })
      : cluster.deleteSecret(leftover, { signal }));
    return { ...leftover, result: answer === 'deleting' ? 'deleted' : 'gone', error: '' };
  } catch (error) {
    signal.throwIfAborted();
    return { ...leftover, result: 'failed', error: refusalOf(error) };
  }
}

/** @throws what is not the cluster's no, but a mistake of ours */
function refusalOf(error: unknown): string {
  if (error instanceof SystemFailure) return plainLine(error.message);
  throw error;
}
