// A Secret of one job: found by the job's labels, named after its pod, adopted by it as soon as there is one.
import type { AdmittedJob } from '../../admission/admitted-job.ts';
import type { Manifest } from '../../cluster/cluster.ts';
import { podName } from '../../layout/container-names.ts';
import { jobLabels } from '../../pod/labels.ts';

export interface SecretInput {
  readonly admitted: AdmittedJob;
  /** Of the pod's name. */
  readonly random: string;
  readonly create: (secret: Manifest) => Promise<CreatedSecret>;
}

export interface CreatedSecret {
  readonly name: string;
  readonly uid: string;
}

/** `content`: the Secret's type and data. */
export function createJobSecret(
  { admitted: { job }, random, create }: SecretInput,
  nameOf: (pod: string) => string,
  content: Manifest,
): Promise<CreatedSecret> {
  const metadata = { name: nameOf(podName(job.id, random)), labels: jobLabels(job) };
  return create({ apiVersion: 'v1', kind: 'Secret', metadata, ...content });
}
