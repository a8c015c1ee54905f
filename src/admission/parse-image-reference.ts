// A name as container runtimes understand it: registry, path, tag, digest, and the one spelling that leaves nothing out.
import { findNameFault, splitImageName } from '../policy/image-name.ts';
import type { NameFault } from '../policy/image-name-fault.ts';
import type { ImageReference } from './image-reference.ts';

export type ParsedName =
  | { readonly reference: ImageReference; readonly fault?: undefined }
  | { readonly reference?: undefined; readonly fault: NameFault };

/** Reads a name by the grammar of container runtimes; hostile names of any length take bounded time. */
export function parseImageReference(name: string): ParsedName {
  const fault = findNameFault(name);
  return fault === null ? { reference: referenceOf(name) } : { fault };
}

function referenceOf(name: string): ImageReference {
  const { registry: written, path: writtenPath, tag, digest } = splitImageName(name);
  const host = (written ?? 'docker.io').toLowerCase();
  const isHub = host === 'docker.io' || host === 'index.docker.io';
  const registry = isHub ? 'docker.io' : host;
  const path = isHub && !writtenPath.includes('/') ? `library/${writtenPath}` : writtenPath;
  const suffix = `${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
  return {
    name,
    registry,
    path,
    tag,
    digest,
    canonical: `${registry}/${path}${suffix === '' ? ':latest' : suffix}`,
  };
}
