// What a resident sees of stages, as metrics count it. Nothing here is a job's own text: names of images, projects or branches would
// be a label each, without an end.
export type Observation =
  | { readonly kind: 'stage-started'; readonly stage: string }
  | { readonly kind: 'stage-ended'; readonly stage: string; readonly outcome: Outcome; readonly code: string }
  /** `pattern`: the operator's, the one that comes nearest; empty where there is none. */
  | { readonly kind: 'rejected'; readonly reason: string; readonly pattern: string }
  | { readonly kind: 'pod-ready'; readonly seconds: number }
  | { readonly kind: 'reconnected' }
  | { readonly kind: 'log-written'; readonly bytes: number };

type Outcome = 'success' | 'build-failure' | 'system-failure';

export type Observe = (observation: Observation) => void;
