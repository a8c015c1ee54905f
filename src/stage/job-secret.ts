// A Secret of one job: found by the job's labels, named after its pod, adopted by it as soon as there is one.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import type { Cluster, Manifest } from '../cluster/cluster.ts';
import { jobLabels } from '../pod/labels.ts';
import { podName } from '../pod/names.ts';

export interface SecretRequest {
  readonly cluster: Cluster;
  readonly admitted: AdmittedJob;
  /** Of the pod's name. */
  readonly random: string;
  readonly signal: AbortSignal;
}

/** `content`: the Secret's type and data. */
export function createJobSecret(
  { cluster, admitted: { job }, random, signal }: SecretRequest,
  nameOf: (pod: string) => string,
  content: Manifest,
): Promise<{ readonly name: string; readonly uid: string }> {
  const metadata = { name: nameOf(podName(job.id, random)), labels: jobLabels(job) };
  return cluster.createSecret({ apiVersion: 'v1', kind: 'Secret', metadata, ...content }, { signal });
}
