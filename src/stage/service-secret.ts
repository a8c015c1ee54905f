// The job's variables for its services: a database's image takes its password from there. As with GitLab's own executors, only
// variables that are public (written in `.gitlab-ci.yml`, or predefined) get there. They travel in a Secret of the pod, never in its manifest.
import { expandVariables } from '../job/expand-variables.ts';
import type { Job } from '../job/job.ts';
import { serviceSecretName } from '../pod/names.ts';
import { environmentName } from '../pod/service-container.ts';
import { type CreatedSecret, createJobSecret, type SecretRequest } from './job-secret.ts';

/** Kubernetes takes 1 MiB in a Secret; what does not fit is left out, longest first. */
const mostBytes = 900_000;

/** null: the job has no services, or nothing to tell them. */
export async function makeServiceSecret(request: SecretRequest): Promise<CreatedSecret | null> {
  const { job, services } = request.admitted;
  const variables = services.length > 0 ? publicVariables(job) : {};
  if (Object.keys(variables).length === 0) return null;
  return createJobSecret(request, serviceSecretName, { type: 'Opaque', stringData: variables });
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
