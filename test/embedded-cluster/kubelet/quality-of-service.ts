// A pod's class by its requests and limits, and what the kernel's OOM killer makes of it.
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { Container, PodSpec } from '../pod/pod-schema.ts';
import { quantity } from './quantity.ts';

/** Kubernetes, pkg/kubelet/qos/policy.go */
const adjustments = { guaranteed: -997, bestEffort: 1000, firstBurstable: 3, lastBurstable: 999 };

export function qosClass(spec: PodSpec): string {
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  const sets = all.map(({ resources }) => resources ?? {});
  if (sets.every(({ limits, requests }) => !limits && !requests)) return 'BestEffort';
  const guaranteed = sets.every(({ limits, requests }) =>
    ['cpu', 'memory'].every((name) => limits?.[name] !== undefined && limits[name] === requests?.[name]),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** Who asks for more of the node's memory is spared longer; but nobody gets less than this process has, which takes a capability. */
export function oomScoreAdj(spec: PodSpec, { resources }: Container): number {
  const own = Number(readFileSync('/proc/self/oom_score_adj', 'utf8'));
  return Math.max(own, adjustmentOf(qosClass(spec), resources?.requests?.['memory']));
}

function adjustmentOf(qos: string, request: string | number = 0): number {
  const { guaranteed, bestEffort, firstBurstable, lastBurstable } = adjustments;
  if (qos === 'Guaranteed') return guaranteed;
  if (qos === 'BestEffort') return bestEffort;
  const share = 1000 - Math.floor((1000 * quantity(request)) / totalmem());
  return Math.min(lastBurstable, Math.max(firstBurstable, share));
}
