// Faults of the product on purpose: a simulation that finds none of them would be worth nothing. Each has the strike that shows it.
import type { StrikeName } from './strikes.ts';

export type Mutation =
  /** The launcher counts one byte too many, or too few. */
  | 'delivered-too-many'
  | 'delivered-too-few'
  /** The launcher takes the log's end without an answer for success. */
  | 'end-is-success'
  /** The launcher goes on alone without a word about what the resident began. */
  | 'starts-again'
  /** The lock in the container is none. */
  | 'no-lock'
  /** A cleanup finds nothing. */
  | 'cleanup-is-blind'
  /** The resident answers and ends before the log is written. */
  | 'answers-too-early'
  /** Nobody notices that the runner was killed. */
  | 'orphans-go-on'
  /** A follower prints from the byte before. */
  | 'follows-too-early';

export const strikeFor: Readonly<Record<Mutation, StrikeName>> = {
  'delivered-too-many': 'resident killed',
  'delivered-too-few': 'resident killed',
  'end-is-success': 'resident killed',
  'starts-again': 'resident killed',
  'no-lock': 'connections reset',
  'cleanup-is-blind': 'job canceled',
  'answers-too-early': 'launcher stopped',
  'orphans-go-on': 'runner killed',
  'follows-too-early': 'connections reset',
};

export const mutations = Object.keys(strikeFor) as readonly Mutation[];
