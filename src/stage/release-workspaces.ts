// Gives back the lasting workspaces that a job holds: the next one may have them.
import type { Claim, Cluster } from '../cluster/cluster.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { deleteMilliseconds } from '../stream/delete-pod.ts';
import { released, sourcesFailedAnnotation } from '../workspace/claim-labels.ts';
import type { Sources } from './fetched-sources.ts';

export interface ReleaseInput {
  readonly cluster: Cluster;
  /** Of the job: its claims have its labels while it holds them. */
  readonly selector: string;
  readonly now: Date;
  /** How the job got them. */
  readonly sources?: Sources;
  readonly signal: AbortSignal;
}

/** One that somebody changed meanwhile is somebody else's. @throws SystemFailure */
export async function releaseWorkspaces({
  cluster,
  selector,
  now,
  sources = null,
  signal,
}: ReleaseInput): Promise<void> {
  const claims = await cluster.listClaims(selector, { signal });
  await Promise.all(
    claims.map((claim) =>
      sources === 'failed' && failedBefore(claim)
        ? cluster.deleteClaim(claim, { signal })
        : cluster.changeClaim(claim, released(now, sources), { signal }),
    ),
  );
}

/**
 * Once, and the branch may be gone, or GitLab away. Twice in a row, and the repository in it may be broken: it costs the next job a
 * clone, where the other way each job of the project would fail.
 */
const failedBefore = ({ metadata }: Claim): boolean =>
  metadata.annotations?.[sourcesFailedAnnotation] !== undefined;

/**
 * After a prepare that failed: GitLab Runner tries again, and then finds what is free, or makes a new one. What cannot be cleared is
 * deleted, and so is a claim that got no volume: the policy may name other storage by then.
 */
export async function giveBackAfter(error: unknown, held: Omit<ReleaseInput, 'signal'>): Promise<void> {
  const { cluster, selector, now } = held;
  const signal = AbortSignal.timeout(deleteMilliseconds);
  const isUseless = error instanceof SystemFailure && error.code === 'workspace';
  const giveBack = (claim: Claim): Promise<unknown> =>
    isUseless || claim.spec?.volumeName === undefined
      ? cluster.deleteClaim(claim, { signal })
      : cluster.changeClaim(claim, released(now), { signal });
  // Why prepare failed is what people must read; whoever finds the pod gone takes the workspace all the same.
  await cluster
    .listClaims(selector, { signal })
    .then((claims) => Promise.all(claims.map(giveBack)))
    .catch(() => undefined);
}
