// What a tag stands for at this moment. Of an image for several platforms it is the digest of the list: each node takes its own from it.
import { createHash } from 'node:crypto';
import type { Session } from './http/session.ts';
import { RegistryFailure } from './registry-failure.ts';

/** containerd and the distribution project take no larger manifest. */
export const maxManifestBytes = 4 * 1024 * 1024;

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const acceptManifest = manifestTypes.join(', ');

export const isDigest = (text: unknown): text is string =>
  typeof text === 'string' && /^sha256:[0-9a-f]{64}$/.test(text);

/**
 * A registry that lies about it hurts nobody: what a node pulls by a digest has that digest.
 *
 * @throws RegistryFailure
 */
export async function resolveDigest(session: Session, tag: string): Promise<string> {
  const path = `manifests/${tag}`;
  const head = await session.ask({ method: 'HEAD', path, accept: acceptManifest, maxBytes: 0 });
  if (head === null) throw new RegistryFailure('not-found', `there is no tag ${tag}`);
  const said = head.headers['docker-content-digest'];
  if (isDigest(said)) return said;
  // The header is optional; the manifest itself is what the digest is of.
  const full = await session.ask({ method: 'GET', path, accept: acceptManifest, maxBytes: maxManifestBytes });
  if (full === null) throw new RegistryFailure('not-found', `there is no tag ${tag}`);
  const type = (full.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (!manifestTypes.includes(type))
    throw new RegistryFailure('failed', 'its answer is no manifest of an image');
  return `sha256:${createHash('sha256').update(full.body).digest('hex')}`;
}
