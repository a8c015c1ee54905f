// Faults of the product on purpose: a simulation that finds none of them would be worth nothing.
export const mutations = [
  /** The launcher counts one byte too many. */
  'delivered-too-many',
  /** The launcher counts one byte too few. */
  'delivered-too-few',
  /** The launcher takes the log's end without an answer for success. */
  'end-is-success',
  /** The launcher goes on alone without a word about what the resident began. */
  'starts-again',
  /** The lock in the container is none. */
  'no-lock',
  /** A cleanup finds nothing. */
  'cleanup-is-blind',
  /** The resident answers and ends before the log is written. */
  'answers-too-early',
  /** A follower prints from the byte before. */
  'follows-too-early',
] as const;
export type Mutation = (typeof mutations)[number];
