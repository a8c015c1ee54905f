// Registry credentials of one job, as a Secret that lives and dies with its pod. Source of the order: GitLab Runner,
// docs/configuration "use a private container registry": DOCKER_AUTH_CONFIG first, then the job's own credentials.
import type { Job } from '../job/job.ts';
import { pullSecretName } from '../pod/names.ts';
import { type CreatedSecret, createJobSecret, type SecretRequest } from './job-secret.ts';

interface DockerAuth {
  readonly auth: string;
}

/** null: the job brings no credentials. */
export async function makePullSecret(request: SecretRequest): Promise<CreatedSecret | null> {
  const auths = collectAuths(request.admitted.job);
  if (Object.keys(auths).length === 0) return null;
  return createJobSecret(request, pullSecretName, {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
  });
}

/** Of several for one registry the first counts. */
export function collectAuths(job: Job): Readonly<Record<string, DockerAuth>> {
  // Not by assignment: a registry may have a name that every object knows.
  return Object.fromEntries([...fromVariable(job), ...fromCredentials(job)].reverse());
}

function fromCredentials(job: Job): (readonly [string, DockerAuth])[] {
  return job.registryCredentials.map(({ registry, username, password }) => [
    registry,
    { auth: Buffer.from(`${username}:${password}`).toString('base64') },
  ]);
}

/** The last of several variables is the effective one. What is not a Docker config is left alone: the pull's own failure tells. */
function fromVariable(job: Job): (readonly [string, DockerAuth])[] {
  const text = job.variables.findLast(({ key }) => key === 'DOCKER_AUTH_CONFIG')?.value;
  if (!text) return [];
  try {
    const { auths } = JSON.parse(text) as {
      auths?: Record<string, { auth?: unknown; username?: unknown; password?: unknown }>;
    };
    return Object.entries(auths ?? {}).flatMap(([registry, entry]) => {
      const auth = authOf(entry);
      return auth === null ? [] : [[registry, { auth }] as const];
    });
  } catch {
    // Not JSON: GitLab Runner, too, goes on without it.
    return [];
  }
}

function authOf({
  auth,
  username,
  password,
}: {
  auth?: unknown;
  username?: unknown;
  password?: unknown;
}): string | null {
  if (typeof auth === 'string' && auth !== '') return auth;
  if (typeof username !== 'string' || typeof password !== 'string') return null;
  return Buffer.from(`${username}:${password}`).toString('base64');
}
