// Registry credentials of one job, as a Secret that lives and dies with its pod.
import { pullSecretName } from '../../layout/container-names.ts';
import type { JobCredentials } from './job-credentials.ts';
import { type CreatedSecret, createJobSecret, type SecretInput } from './job-secret.ts';

/** null: the job brings no credentials. */
export async function makePullSecret(
  request: SecretInput,
  { entries }: JobCredentials,
): Promise<CreatedSecret | null> {
  if (entries.length === 0) return null;
  // The kubelet minds capitals in a host, and GitLab's own executors do not. Not by assignment: a registry may have a name
  // that every object knows.
  const auths = Object.fromEntries(
    entries.flatMap(({ address, auth }) =>
      [address, withLowerHost(address)].map((name) => [name, { auth }] as const),
    ),
  );
  return createJobSecret(request, pullSecretName, {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
  });
}

function withLowerHost(address: string): string {
  return address.replace(/^[^/]+/, (host) => host.toLowerCase());
}
