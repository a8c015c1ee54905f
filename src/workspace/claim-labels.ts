// What a claim of ours says of itself, and what is taken off it when its job is over: a small file, because each cleanup loads it.
import type { ClaimChange } from '../cluster/cluster.ts';
import { ownPrefix } from '../pod/labels.ts';

/** Held from a job's prepare to its cleanup: then it has the label that the job's other objects are found by. */
export const holderLabel = `${ownPrefix}job-id`;
export const slotLabel = `${ownPrefix}slot`;
export const heldSinceAnnotation = `${ownPrefix}held-since`;
export const lastUsedAnnotation = `${ownPrefix}last-used`;
export const userAnnotation = `${ownPrefix}user`;
/** There since a job could not get its sources in it, until one can. */
export const sourcesFailedAnnotation = `${ownPrefix}sources-failed`;
export const projectAnnotation = `${ownPrefix}project`;

/** What a holder takes back. @param now null: nobody used it @param sources how its job got them; null: nobody knows */
export const released = (now: Date | null, sources: 'fetched' | 'failed' | null = null): ClaimChange => ({
  labels: { [holderLabel]: null },
  annotations: {
    [heldSinceAnnotation]: null,
    ...(now !== null && { [lastUsedAnnotation]: now.toISOString() }),
    ...(sources !== null && { [sourcesFailedAnnotation]: sources === 'failed' ? 'true' : null }),
  },
});
