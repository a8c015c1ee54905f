// Which lasting workspace a job gets, of those that there are.
import type { WorkspaceClaim } from './claim-view.ts';
import { occupancyOf, type Witness } from './occupancy.ts';

/**
 * - `take`: this one.
 * - `make`: a new one, of this number.
 * - `replace`: this one goes, because another user's files are on it, and a new one of its number comes.
 * - `none`: all are in use, or are some other user's and were used a short while ago.
 */
export type SlotChoice =
  | { readonly kind: 'take'; readonly claim: WorkspaceClaim }
  | { readonly kind: 'make'; readonly slot: number }
  | { readonly kind: 'replace'; readonly claim: WorkspaceClaim }
  | { readonly kind: 'none'; readonly why: 'in-use' | 'of-others' };

export interface SlotQuestion extends Witness {
  /** All of one project and one kind of ref. */
  readonly claims: readonly WorkspaceClaim[];
  readonly jobId: string;
  readonly user: string;
  /** How many there may be. */
  readonly slots: number;
}

/** Jobs of two users that take turns do not throw away each other's files all the time. */
const replaceAfterSeconds = 3600;

export function chooseSlot(question: SlotQuestion): SlotChoice {
  const { claims, jobId, user, slots, now } = question;
  const present = claims.filter(({ isGoing }) => !isGoing);
  const counted = present.filter(({ slot }) => slot >= 1 && slot <= slots);
  const latestFirst = counted.toSorted((a, b) => b.lastUsed - a.lastUsed || a.name.localeCompare(b.name));
  const own = latestFirst.filter((claim) => claim.user === user);
  const found =
    // An earlier attempt of this very job took it, and its pod is deleted by now.
    own.find(({ holder }) => holder?.jobId === jobId) ??
    own.find((claim) => occupancyOf(claim, question) === 'free') ??
    own.find((claim) => occupancyOf(claim, question) === 'leaving');
  if (found) return { kind: 'take', claim: found };
  // One that is being deleted keeps its number until it is gone.
  const numbers = new Set(claims.map(({ slot }) => slot));
  const unused = Array.from({ length: slots }, (_, index) => index + 1).find((slot) => !numbers.has(slot));
  if (unused !== undefined && present.length < slots) return { kind: 'make', slot: unused };
  const idle = latestFirst.findLast(
    (claim) =>
      claim.user !== user &&
      occupancyOf(claim, question) === 'free' &&
      now.getTime() - claim.lastUsed >= replaceAfterSeconds * 1000,
  );
  if (idle) return { kind: 'replace', claim: idle };
  return { kind: 'none', why: own.length < counted.length ? 'of-others' : 'in-use' };
}
