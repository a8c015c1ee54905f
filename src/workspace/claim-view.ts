// A PersistentVolumeClaim of ours, read: which workspace it is, whose files are on it, who holds it.
import type { Claim } from '../cluster/cluster.ts';
import { readQuantity } from '../policy/schema/values/quantity.ts';
import {
  heldSinceAnnotation,
  holderLabel,
  lastUsedAnnotation,
  slotLabel,
  userAnnotation,
} from './claim-labels.ts';

export interface WorkspaceClaim {
  /** As it was read: what is changed or deleted is this one. */
  readonly claim: Claim;
  readonly name: string;
  /** From 1; 0: unreadable. */
  readonly slot: number;
  /** Whose files are on it: `1000:1000:1000`. */
  readonly user: string;
  /** null: nobody has it. */
  readonly holder: { readonly jobId: string; readonly since: number } | null;
  /** Milliseconds since 1970: when a job last began or ended with it, else when it was made. */
  readonly lastUsed: number;
  /** Likewise. */
  readonly made: number;
  /** Being deleted. */
  readonly isGoing: boolean;
  /** What it has, else what it asks for. */
  readonly bytes: number;
}

export function viewClaim(claim: Claim): WorkspaceClaim {
  const { name, labels = {}, annotations = {}, creationTimestamp, deletionTimestamp } = claim.metadata;
  const made = timeOf(creationTimestamp) ?? 0;
  const jobId = labels[holderLabel];
  const storage = claim.status?.capacity?.storage ?? claim.spec?.resources?.requests?.storage ?? '0';
  return {
    claim,
    name,
    slot: Number(/^[1-9]\d{0,8}$/.exec(labels[slotLabel] ?? '')?.[0] ?? 0),
    user: annotations[userAnnotation] ?? '',
    holder: jobId === undefined ? null : { jobId, since: timeOf(annotations[heldSinceAnnotation]) ?? made },
    lastUsed: timeOf(annotations[lastUsedAnnotation]) ?? made,
    made,
    isGoing: deletionTimestamp !== undefined,
    bytes: readQuantity(storage) ?? 0,
  };
}

/** null: no time. */
export function timeOf(text: string | undefined): number | null {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
