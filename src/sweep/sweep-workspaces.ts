// What of the lasting workspaces goes, as sweep shows it; src/workspace decides which.
import type { Claim } from '../cluster/cluster.ts';
import { ownPrefix } from '../pod/labels.ts';
import type { Policy } from '../policy/policy.ts';
import { durationText } from '../text/duration-text.ts';
import { formatSize } from '../text/format-size.ts';
import { plainLine } from '../text/plain-text.ts';
import { projectAnnotation } from '../workspace/claim-labels.ts';
import type { WorkspaceClaim } from '../workspace/claim-view.ts';
import { findIdleWorkspaces, type IdleQuestion, type IdleWorkspaces } from '../workspace/idle-workspaces.ts';
import { startSecondsOf } from '../workspace/occupancy.ts';
import type { Leftover } from './sweep-leftovers.ts';

export interface WorkspaceLeftover extends Leftover {
  readonly kind: 'workspace';
  /** `free`: it stays, and jobs may have it again. */
  readonly action: 'delete' | 'free';
  readonly claim: Claim;
}

export interface WorkspaceFindings extends Pick<IdleWorkspaces, 'inUse' | 'bytes'> {
  readonly leftovers: readonly WorkspaceLeftover[];
}

/** null: the policy has none, and the account need not be allowed to look at claims. */
export function workspaceLimits(
  policy: Pick<Policy, 'lasting_workspaces' | 'timeouts'>,
): WorkspaceLimits | null {
  const lasting = policy.lasting_workspaces;
  if (lasting === undefined) return null;
  return {
    maxIdleSeconds: lasting.max_idle,
    maxTotal: lasting.max_total ?? null,
    startSeconds: startSecondsOf(policy),
  };
}

export type WorkspaceLimits = Pick<IdleQuestion, 'maxIdleSeconds' | 'maxTotal' | 'startSeconds'>;

export function findWorkspaceLeftovers(question: IdleQuestion): WorkspaceFindings {
  const { expired, beyondTotal, forgotten, inUse, bytes } = findIdleWorkspaces(question);
  const { now, maxTotal } = question;
  const idle = ({ lastUsed }: WorkspaceClaim): number =>
    Math.max(0, Math.floor((now.getTime() - lastUsed) / 1000));
  const describe = (claim: WorkspaceClaim, rest: Pick<WorkspaceLeftover, 'action' | 'reason' | 'why'>) => ({
    ...rest,
    kind: 'workspace' as const,
    name: claim.name,
    uid: claim.claim.metadata.uid,
    jobId: plainLine(claim.holder?.jobId ?? ''),
    job: '',
    project: projectOf(claim),
    ageSeconds: Math.max(0, Math.floor((now.getTime() - claim.made) / 1000)),
    claim: claim.claim,
  });
  return {
    inUse,
    bytes,
    leftovers: [
      ...expired.map((claim) =>
        describe(claim, {
          action: 'delete',
          reason: 'idle',
          why: `not used for ${durationText(idle(claim))} (max_idle)`,
        }),
      ),
      ...beyondTotal.map((claim) =>
        describe(claim, {
          action: 'delete',
          reason: 'beyond-total',
          why: `not used for ${durationText(idle(claim))}; all together are beyond max_total, ${formatSize(maxTotal ?? 0)}`,
        }),
      ),
      ...forgotten.map((claim) =>
        describe(claim, {
          action: 'free',
          reason: 'orphaned',
          why: `job ${plainLine(claim.holder?.jobId ?? '')}, which holds it, is gone`,
        }),
      ),
    ],
  };
}

/** With the kind of its refs, which never share one. */
function projectOf({ claim: { metadata } }: WorkspaceClaim): string {
  const project = plainLine(metadata.annotations?.[projectAnnotation] ?? '');
  return metadata.labels?.[`${ownPrefix}protected`] === 'true' ? `${project} (protected)` : project;
}
