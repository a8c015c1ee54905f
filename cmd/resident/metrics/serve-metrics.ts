// Metrics of a resident, counted and served. Loaded only where they are asked for.
import type { Stage } from '../../stage-process/run-to-end.ts';
import type { MetricsAddress } from './metrics-address.ts';
import { startMetricsServer } from './metrics-server.ts';
import { observeStage } from './observe-stage.ts';
import { openPrometheus } from './prometheus.ts';

export interface ServedMetrics {
  /** Counts what becomes of a stage. */
  readonly wrap: (stage: Stage, name: string) => Stage;
  readonly close: () => void;
}

/** @throws SystemFailure when the address is another's */
export async function serveMetrics(address: MetricsAddress): Promise<ServedMetrics> {
  const prometheus = openPrometheus();
  const close = await startMetricsServer(address, prometheus);
  return { wrap: (stage, name) => observeStage(stage, name, prometheus.observe), close };
}
