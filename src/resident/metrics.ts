// What operators can see of a resident: the one definition, from which the metrics and their table in docs/operator-guide.md are made.

export interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  /** A whole sentence without its end. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram: upper bounds. */
  readonly buckets?: readonly number[];
}

const prefix = 'gitlab_pod_executor_';

const metric = <const Definition extends Metric>(definition: Definition): Definition => ({
  ...definition,
  name: `${prefix}${definition.name}`,
});

export const metrics = {
  runningStages: metric({
    name: 'running_stages',
    type: 'gauge',
    help: 'Stages that run now; a job with a script has one of `run`',
    labels: ['stage'],
  }),
  stages: metric({
    name: 'stages_total',
    type: 'counter',
    help: 'Stages that ended, by outcome (`success`, `build-failure`, `system-failure`) and code of the failure',
    labels: ['stage', 'outcome', 'code'],
  }),
  rejections: metric({
    name: 'rejections_total',
    type: 'counter',
    help: 'What jobs asked for and did not get, by reason and by the pattern of the policy that came nearest; from the 100th pattern on `other`',
    labels: ['reason', 'pattern'],
  }),
  podReady: metric({
    name: 'pod_ready_seconds',
    type: 'histogram',
    help: 'From asking for a pod until its user namespace is proven',
    labels: [],
    buckets: [0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600],
  }),
  reconnects: metric({
    name: 'reconnects_total',
    type: 'counter',
    help: 'New connections to scripts whose stream was lost',
    labels: [],
  }),
  logBytes: metric({
    name: 'log_bytes_total',
    type: 'counter',
    help: "Bytes of jobs' output that GitLab Runner took",
    labels: [],
  }),
} as const;

/** A policy has as many patterns as its operator likes, and each is a time series for as long as we live. */
const maxPatterns = 100;

/** @returns a function that gives each pattern a label */
export function labelPatterns(): (pattern: string) => string {
  const known = new Set<string>();
  return (pattern) => {
    if (!known.has(pattern) && known.size >= maxPatterns) return 'other';
    known.add(pattern);
    return pattern;
  };
}
