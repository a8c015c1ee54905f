// Registry credentials of one job, as a Secret that lives and dies with its pod.
import { pullSecretName } from '../layout/container-names.ts';
import type { JobCredentials } from './job-credentials.ts';
import { planSecret, type SecretManifest, type SecretOwner } from './plan-secret.ts';

/** None for a job that brings no credentials. */
export function planPullSecret(
  owner: SecretOwner,
  { entries }: Pick<JobCredentials, 'entries'>,
): SecretManifest[] {
  if (entries.length === 0) return [];
  // The kubelet minds capitals in a host, and GitLab's own executors do not. Not by assignment: a registry may have a name
  // that every object knows.
  const auths = Object.fromEntries(
    entries.flatMap(({ address, auth }) =>
      [address, withLowerHost(address)].map((name) => [name, { auth }] as const),
    ),
  );
  const values = { '.dockerconfigjson': JSON.stringify({ auths }) };
  return [planSecret(owner, pullSecretName, { type: 'kubernetes.io/dockerconfigjson', values })];
}

function withLowerHost(address: string): string {
  return address.replace(/^[^/]+/, (host) => host.toLowerCase());
}
