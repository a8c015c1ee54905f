// What an author reads about credentials: which were left out, and which a failed pull was tried with.
import type { ImageReference } from '../admission/image-reference.ts';
import { isAddressOf, readRegistryAddress } from '../job/registry-address.ts';
import { plainLine } from '../text/plain-text.ts';
import type { JobCredentials } from './job-credentials.ts';

/** A log is for reading: further ones are counted. */
const maxWarnings = 10;

/** Registry names are shown so far; a name of an image has no more with its registry. */
const maxNameLength = 255;

export function describeLeftOut({ leftOut }: Pick<JobCredentials, 'leftOut'>): string[] {
  const rest = leftOut.length - maxWarnings;
  return [
    ...leftOut.slice(0, maxWarnings).map(describe),
    ...(rest > 0 ? [`${rest} more credentials are left out.`] : []),
  ];
}

/** Sentences about the credentials for an image whose registry did not give it. */
export function explainCredentials(
  { entries, leftOut }: JobCredentials,
  image: Pick<ImageReference, 'registry' | 'path'>,
  policy: { readonly image_pull_secrets: readonly string[] },
): string {
  const used = entries.filter(({ address }) => isAddressOf(address, image)).map(({ source }) => source);
  const unused = leftOut.filter(({ registry }) => {
    const address = registry === null ? null : readRegistryAddress(registry);
    return registry === null || (address !== null && isAddressOf(address, image));
  });
  const registry = plainLine(image.registry);
  return [
    used.length > 0
      ? `Credentials for ${registry} were taken from ${[...new Set(used)].join(' and ')}.`
      : `The job has no credentials for ${registry}; they come from the variable DOCKER_AUTH_CONFIG.`,
    ...(used.length > 0 ? [] : explainPort(entries, image)),
    ...unused.slice(0, maxWarnings).map(describe),
    ...(policy.image_pull_secrets.length > 0
      ? ["The runner's own (`image_pull_secrets`) were tried, too."]
      : []),
  ].join(' ');
}

/** A node takes `registry:443` and `registry` for two registries (pkg/credentialprovider of Kubernetes). */
function explainPort(
  entries: JobCredentials['entries'],
  image: Pick<ImageReference, 'registry' | 'path'>,
): string[] {
  const portless = { ...image, registry: withoutPort(image.registry) };
  const found = entries.find(({ address }) => isAddressOf(withoutPort(address), portless));
  return found === undefined
    ? []
    : [
        `Those for ${plainLine(found.address)} are not used, because the port is not the same: write the registry's name in both places in the same way.`,
      ];
}

const withoutPort = (address: string): string => address.replace(/^([^/:]*):\d+(?=\/|$)/, '$1');

function describe({ registry, why, source }: JobCredentials['leftOut'][number]): string {
  const name = registry === null ? '' : ` for ${plainLine(registry.slice(0, maxNameLength))}`;
  return `Credentials${name} in ${source} are left out: ${why}.`;
}
