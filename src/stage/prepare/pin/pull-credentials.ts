// The credentials that a node would pull an image with, in its order: the job's own, then the operator's.
import type { ImageReference } from '../../../admission/image-reference.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import { readDockerConfig } from '../../../job/docker-config.ts';
import { isAddressOf } from '../../../job/registry-address.ts';
import { SystemFailure } from '../../../outcome/system-failure.ts';
import type { JobCredentials } from '../../../plan/job-credentials.ts';

interface RegistryCredential {
  readonly address: string;
  /** base64 of `user:password`. */
  readonly auth: string;
}

/** Each Secret's entries, in the order of the policy. @throws SystemFailure */
export async function readPullSecrets(
  names: readonly string[],
  cluster: Pick<Cluster, 'readPullSecret'>,
  signal: AbortSignal,
): Promise<readonly (readonly RegistryCredential[])[]> {
  return Promise.all(
    names.map(async (name) => {
      const text = await cluster.readPullSecret(name, { signal });
      if (text !== null) return readDockerConfig(text).entries;
      throw new SystemFailure('image-registry', {
        what: `There is no Secret ${name} of type kubernetes.io/dockerconfigjson, which \`image_pull_secrets\` of the policy names.`,
        operator: 'make it in the namespace of the jobs, or take it off the list.',
      });
    }),
  );
}

/** Of each source the most exact address first, as with a node. */
export function credentialsFor(
  image: Pick<ImageReference, 'registry' | 'path'>,
  { entries }: Pick<JobCredentials, 'entries'>,
  secrets: readonly (readonly RegistryCredential[])[],
): readonly string[] {
  const fitting = [entries, ...secrets].flatMap((list: readonly RegistryCredential[]) =>
    list
      .filter(({ address }) => isAddressOf(address, image))
      .sort((one, other) => other.address.length - one.address.length),
  );
  return [...new Set(fitting.map(({ auth }) => auth))];
}
