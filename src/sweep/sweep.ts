// Removes what crashed runners left in the cluster: only what is ours, each object by its own uid, and never a job that may
// still run. Safe to repeat, and to run several times at once: what another sweep took is gone, and that is all that is wanted.
import type { Claim, Cluster, Pod } from '../cluster/cluster.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { managedSelector, workspaceLabel } from '../pod/labels.ts';
import { plainLine } from '../text/plain-text.ts';
import { released } from '../workspace/claim-labels.ts';
import { viewClaim } from '../workspace/claim-view.ts';
import { type Findings, findLeftovers, type GracePeriods, type Leftover } from './sweep-leftovers.ts';
import {
  findWorkspaceLeftovers,
  type WorkspaceFindings,
  type WorkspaceLeftover,
  type WorkspaceLimits,
} from './sweep-workspaces.ts';

export interface SweepInput {
  readonly cluster: Cluster;
  readonly now: Date;
  readonly gracePeriods: GracePeriods;
  /** null: lasting workspaces are not looked at. */
  readonly workspaceLimits: WorkspaceLimits | null;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
}

export interface Swept extends Leftover {
  /**
   * `gone`: it was not there any more, or something else has its name now. `in-use`: a job took the workspace meanwhile, and it stays.
   */
  readonly result: 'would-delete' | 'would-free' | 'deleted' | 'freed' | 'gone' | 'in-use' | 'failed';
  /** Why it failed; else empty. */
  readonly error: string;
}

export interface SweepReport extends Omit<Findings, 'leftovers'> {
  readonly namespace: string;
  readonly isDryRun: boolean;
  readonly objects: readonly Swept[];
  /** Why secrets could not be looked at; null: they were. */
  readonly secretsUnread: string | null;
  /** What stays of the lasting workspaces; null: they were not looked at. */
  readonly workspaces: { readonly inUse: number; readonly bytes: number } | null;
  /** Why they could not be looked at; null: they were, or the policy has none. */
  readonly workspacesUnread: string | null;
}

/** Deletions under way at once: quick for hundreds of pods, and a small part of what an API server takes from one client. */
const deletionsAtOnce = 8;

/** @throws SystemFailure when the pods cannot be listed; a single object that cannot be deleted is in the report */
export async function sweep(input: SweepInput): Promise<SweepReport> {
  const { cluster, isDryRun, now, gracePeriods, signal } = input;
  const asked = { signal };
  const { found: secrets, unread: secretsUnread } = await listOrSay(input, () =>
    cluster.listSecrets(managedSelector(), asked),
  );
  const claims =
    input.workspaceLimits === null
      ? null
      : await listOrSay(input, () => cluster.listClaims(managedSelector(), asked));
  const pods = await cluster.listPods(managedSelector(), asked);
  const { leftovers, ...rest } = findLeftovers({ pods, secrets, now, gracePeriods });
  const workspaces = workspacesIn(claims, pods, input);
  const objects = [
    ...(await inBatches(leftovers, input, take)),
    ...(await inBatches(workspaces?.leftovers ?? [], input, takeWorkspace)),
  ];
  return {
    namespace: cluster.namespace,
    isDryRun,
    objects,
    secretsUnread,
    workspaces: workspaces && { inUse: workspaces.inUse, bytes: workspaces.bytes },
    workspacesUnread: claims?.unread ?? null,
    ...rest,
  };
}

interface Listed<T> {
  readonly found: readonly T[];
  /** Why not; null: they were listed. */
  readonly unread: string | null;
}

/** Without the right to list these the pods can go all the same. */
async function listOrSay<T>({ signal }: SweepInput, list: () => Promise<readonly T[]>): Promise<Listed<T>> {
  try {
    return { found: await list(), unread: null };
  } catch (error) {
    signal.throwIfAborted();
    return { found: [], unread: refusalOf(error) };
  }
}

function workspacesIn(
  claims: Listed<Claim> | null,
  pods: readonly Pod[],
  { workspaceLimits, now }: SweepInput,
): WorkspaceFindings | null {
  if (workspaceLimits === null || claims === null || claims.unread !== null) return null;
  return findWorkspaceLeftovers({
    ...workspaceLimits,
    claims: claims.found.filter(isWorkspace).map(viewClaim),
    pods,
    now,
  });
}

/** An operator's own claim may have the label of all that is ours: whoever deploys us with Helm or Kustomize puts it on everything. */
const isWorkspace = ({ metadata }: Claim): boolean => metadata.labels?.[workspaceLabel] !== undefined;

async function inBatches<T extends Leftover>(
  leftovers: readonly T[],
  input: SweepInput,
  act: (leftover: T, input: SweepInput) => Promise<Swept['result']>,
): Promise<Swept[]> {
  const swept: Swept[] = [];
  const one = async (leftover: T): Promise<Swept> => {
    try {
      return { ...leftover, result: await act(leftover, input), error: '' };
    } catch (error) {
      input.signal.throwIfAborted();
      return { ...leftover, result: 'failed', error: refusalOf(error) };
    }
  };
  for (let next = 0; next < leftovers.length; next += deletionsAtOnce) {
    input.signal.throwIfAborted();
    swept.push(...(await Promise.all(leftovers.slice(next, next + deletionsAtOnce).map(one))));
  }
  return swept;
}

async function take(leftover: Leftover, { cluster, isDryRun, signal }: SweepInput): Promise<Swept['result']> {
  if (isDryRun) return 'would-delete';
  const answer = await (leftover.kind === 'pod'
    ? cluster.deletePod(leftover, { signal })
    : cluster.deleteSecret(leftover, { signal }));
  return answer === 'deleting' ? 'deleted' : 'gone';
}

async function takeWorkspace(
  { claim, action }: WorkspaceLeftover,
  { cluster, isDryRun, signal }: SweepInput,
): Promise<Swept['result']> {
  if (isDryRun) return action === 'delete' ? 'would-delete' : 'would-free';
  if (action === 'free') {
    const changed = await cluster.changeClaim(claim, released(null), { signal });
    return changed === null ? 'in-use' : 'freed';
  }
  const answer = await cluster.deleteClaim(claim, { signal });
  return answer === 'deleting' ? 'deleted' : answer === 'changed' ? 'in-use' : 'gone';
}

/** @throws what is not the cluster's no, but a mistake of ours */
function refusalOf(error: unknown): string {
  if (error instanceof SystemFailure) return plainLine(error.message);
  throw error;
}
