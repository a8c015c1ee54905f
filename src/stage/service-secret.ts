// The job's variables for its services: a database's image takes its password from there. As with GitLab's own executors, only
// variables that are public (written in `.gitlab-ci.yml`, or predefined) get there. They travel in a Secret of the pod, never in its manifest.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { expandVariables } from '../job/expand-variables.ts';
import type { Job } from '../job/job.ts';
import { jobLabels } from '../pod/labels.ts';
import { podName, serviceSecretName } from '../pod/names.ts';
import { environmentName } from '../pod/service-container.ts';

/** Kubernetes takes 1 MiB in a Secret; what does not fit is left out, longest first. */
const mostBytes = 900_000;

/** null: the job has no services, or nothing to tell them. */
export async function makeServiceSecret({
  cluster,
  admitted,
  random,
  signal,
}: {
  readonly cluster: Cluster;
  readonly admitted: AdmittedJob;
  readonly random: string;
  readonly signal: AbortSignal;
}): Promise<{ readonly name: string; readonly uid: string } | null> {
  const { job, services } = admitted;
  const variables = services.length > 0 ? publicVariables(job) : {};
  if (Object.keys(variables).length === 0) return null;
  return cluster.createSecret(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: serviceSecretName(podName(job.id, random)), labels: jobLabels(job) },
      type: 'Opaque',
      stringData: variables,
    },
    { signal },
  );
}

/** By key, expanded; the last of several counts. Files stay out: a service has no file of the job. */
export function publicVariables(job: Job): Readonly<Record<string, string>> {
  const effective = new Map(job.variables.map((variable) => [variable.key, variable]));
  const fitting = [...effective.values()]
    .filter(
      ({ key, isPublic, isMasked, isFile }) => isPublic && !isMasked && !isFile && environmentName.test(key),
    )
    .map(({ key, value, isRaw }) => [key, isRaw ? value : expandVariables(value, job.variables)] as const)
    .sort(([, a], [, b]) => a.length - b.length);
  let used = 0;
  return Object.fromEntries(
    fitting.filter(([key, value]) => {
      used += Buffer.byteLength(key) + Buffer.byteLength(value);
      return used <= mostBytes;
    }),
  );
}
