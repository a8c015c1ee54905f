// Which lasting workspaces nobody needs any more: idle for too long, or too much of them all together.
import type { WorkspaceClaim } from './claim-view.ts';
import { occupancyOf, type Witness } from './occupancy.ts';

export interface IdleQuestion extends Witness {
  readonly claims: readonly WorkspaceClaim[];
  readonly maxIdleSeconds: number;
  /** Bytes of all together; null: no limit. */
  readonly maxTotal: number | null;
}

export interface IdleWorkspaces {
  readonly expired: readonly WorkspaceClaim[];
  /** The longest idle first, until what stays is within the limit. */
  readonly beyondTotal: readonly WorkspaceClaim[];
  /** Marked as held, and whoever held them is gone. */
  readonly forgotten: readonly WorkspaceClaim[];
  readonly inUse: number;
  /** Of what stays. */
  readonly bytes: number;
}

/** One in use is never among those that go. */
export function findIdleWorkspaces(question: IdleQuestion): IdleWorkspaces {
  const { claims, maxIdleSeconds, maxTotal, now } = question;
  const present = claims.filter(({ isGoing }) => !isGoing);
  const isFree = (claim: WorkspaceClaim): boolean => occupancyOf(claim, question) === 'free';
  const free = present.filter(isFree).toSorted((a, b) => a.lastUsed - b.lastUsed);
  const isExpired = ({ lastUsed }: WorkspaceClaim): boolean =>
    now.getTime() - lastUsed >= maxIdleSeconds * 1000;
  const expired = free.filter(isExpired);
  let bytes = sum(present) - sum(expired);
  const beyondTotal = free
    .filter((claim) => !isExpired(claim))
    .filter((claim) => {
      if (maxTotal === null || bytes <= maxTotal) return false;
      bytes -= claim.bytes;
      return true;
    });
  const stays = free.filter((claim) => !expired.includes(claim) && !beyondTotal.includes(claim));
  return {
    expired,
    beyondTotal,
    forgotten: stays.filter(({ holder }) => holder !== null),
    inUse: present.length - free.length,
    bytes,
  };
}

const sum = (claims: readonly WorkspaceClaim[]): number => claims.reduce((all, { bytes }) => all + bytes, 0);
