// The runner's waits for tests: everything happens, nothing is waited for.
import type { Pauses } from './options.ts';

export const quickPauses: Pauses = {
  preparationRetryMs: 10,
  stageRetryMs: 10,
  traceUpdateMs: 20,
  traceForceSendMs: 100,
  buildFinishMs: 10_000,
};
