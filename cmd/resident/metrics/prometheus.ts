// The metrics of a resident, counted by prom-client. Loaded only where metrics were asked for.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { labelPatterns, type Metric, metrics } from '../../../src/resident/metrics.ts';
import type { Observation, Observe } from '../../../src/resident/observation.ts';

export interface Prometheus {
  readonly observe: Observe;
  /** In Prometheus' text format. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

export function openPrometheus(): Prometheus {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const options = ({ name, help, labels }: Metric) => ({
    name,
    help: `${help}.`,
    labelNames: labels,
    registers: [registry],
  });
  return {
    observe: observer({
      runningStages: new Gauge(options(metrics.runningStages)),
      stages: new Counter(options(metrics.stages)),
      rejections: new Counter(options(metrics.rejections)),
      podReady: new Histogram({ ...options(metrics.podReady), buckets: [...metrics.podReady.buckets] }),
      reconnects: new Counter(options(metrics.reconnects)),
      logBytes: new Counter(options(metrics.logBytes)),
    }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

interface Instruments {
  readonly runningStages: Gauge;
  readonly stages: Counter;
  readonly rejections: Counter;
  readonly podReady: Histogram;
  readonly reconnects: Counter;
  readonly logBytes: Counter;
}

type Counters = {
  readonly [Kind in Observation['kind']]: (seen: Extract<Observation, { kind: Kind }>) => void;
};

function observer(instruments: Instruments): Observe {
  const labelOf = labelPatterns();
  const counters: Counters = {
    'stage-started': ({ stage }) => {
      instruments.runningStages.inc({ stage });
    },
    'stage-ended': ({ stage, outcome, code }) => {
      instruments.runningStages.dec({ stage });
      instruments.stages.inc({ stage, outcome, code });
    },
    rejected: ({ reason, pattern }) => {
      instruments.rejections.inc({ reason, pattern: labelOf(pattern) });
    },
    'pod-ready': ({ seconds }) => {
      instruments.podReady.observe(seconds);
    },
    reconnected: () => {
      instruments.reconnects.inc();
    },
    'log-written': ({ bytes }) => {
      instruments.logBytes.inc(bytes);
    },
  };
  return (seen) => {
    (counters[seen.kind] as (seen: Observation) => void)(seen);
  };
}
