// Who decides what an image is: the registry's operator, or, where anybody may register, the group in the registry.
import type { ImageReference } from '../image-reference.ts';
import { parseImageReference } from '../parse-image-reference.ts';

/** Nobody can add to Docker Hub's official images but Docker. */
export const officialImages = 'docker.io/library';

/** Registries where whoever comes gets a group (user, project, alias) of their own. */
const openRegistries: ReadonlySet<string> = new Set([
  'docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'mirror.gcr.io',
  'ghcr.io',
  'docker.pkg.github.com',
  'quay.io',
  'registry.gitlab.com',
  'public.ecr.aws',
  'codeberg.org',
  'ttl.sh',
]);
/** Google's, of which each region has its own. */
const openDomains = /(?:^|[.-])(?:gcr\.io|pkg\.dev)$/;

export function isOpenRegistry(host: string): boolean {
  return openRegistries.has(host) || openDomains.test(host);
}

/** A host, or `host/group`. Ports of one host have one owner. */
export function ownerOf(reference: ImageReference): string {
  const host = hostOf(reference);
  return isOpenRegistry(host) ? `${host}/${groupOf(reference)}` : host;
}

/** The registry without its port. */
export function hostOf({ registry }: ImageReference): string {
  return registry.replace(/:\d+$/, '').toLowerCase();
}

export function groupOf({ path }: ImageReference): string {
  return path.split('/', 1)[0] ?? path;
}

/** @returns null: it is no valid name. */
export function ownerOfName(name: string): string | null {
  const { reference } = parseImageReference(name);
  return reference === undefined ? null : ownerOf(reference);
}
