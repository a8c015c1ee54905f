// Makes the job's pod, with patience for what passes: a full quota, and an API server that is asked too much.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Manifest, Pod } from '../cluster/cluster.ts';
import { plainLine } from '../outcome/plain-text.ts';
import { SystemFailure } from '../outcome/system-failure.ts';

const firstPauseSeconds = 1;
const longestPauseSeconds = 15;

export interface CreateRequest {
  readonly cluster: Cluster;
  readonly manifest: Manifest;
  readonly deadlineSeconds: number;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** @throws SystemFailure what the API server said last */
export async function createPod({
  cluster,
  manifest,
  deadlineSeconds,
  tell,
  signal,
}: CreateRequest): Promise<Pod> {
  const until = performance.now() + deadlineSeconds * 1000;
  let told = '';
  for (let pause = firstPauseSeconds; ; pause = Math.min(pause * 2, longestPauseSeconds)) {
    try {
      return await cluster.createPod(manifest, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!passes(error) || performance.now() + pause * 1000 > until) throw error;
      const why = plainLine((error as Error).message);
      if (why !== told) tell(`The pod cannot be made yet; waiting: ${why}`);
      told = why;
      await sleep(pause * 1000, undefined, { signal });
    }
  }
}

function passes(error: unknown): boolean {
  if (!(error instanceof SystemFailure)) return false;
  if (error.code === 'quota' || error.code === 'cluster-unreachable') return true;
  // Two pods at once, and the quota's own count was written by the other (kubernetes/kubernetes#67761).
  return error.code === 'conflict' && error.message.includes('object has been modified');
}
