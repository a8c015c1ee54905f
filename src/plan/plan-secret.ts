// A Secret of one job: found by the job's labels, named after its pod, which adopts it as soon as there is one.
import type { JobIdentity } from '../job/job.ts';
import { podName } from '../layout/container-names.ts';
import { jobLabels } from '../pod/labels.ts';

/** Ready to be sent. */
export type SecretManifest = Readonly<Record<string, unknown>> & {
  readonly kind: 'Secret';
  readonly metadata: { readonly name: string };
};

export interface SecretOwner {
  readonly job: JobIdentity;
  /** Of the pod's name. */
  readonly random: string;
}

/** What is in a Secret: texts by key, as they are. */
export interface SecretContent {
  readonly type: 'Opaque' | 'kubernetes.io/dockerconfigjson';
  readonly values: Readonly<Record<string, string>>;
}

export function planSecret(
  { job, random }: SecretOwner,
  nameOf: (pod: string) => string,
  { type, values }: SecretContent,
): SecretManifest {
  // Not `stringData`: JSON makes six characters of some, and an API server takes 3 MiB.
  const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const metadata = { name: nameOf(podName(job.id, random)), labels: jobLabels(job) };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type, data: Object.fromEntries(data) };
}
