// A name as container runtimes understand it: registry, path, tag, digest, and the one spelling that leaves nothing out.
import { dockerHub, isDockerHub, readImageName } from '../policy/pattern/image-name.ts';
import type { NameFault, NameParts } from '../policy/pattern/image-name-fault.ts';
import type { ImageReference } from './image-reference.ts';

export type ParsedName =
  | { readonly reference: ImageReference; readonly fault?: undefined }
  | { readonly reference?: undefined; readonly fault: NameFault };

/** Reads a name by the grammar of container runtimes; hostile names of any length take bounded time. */
export function parseImageReference(name: string): ParsedName {
  const read = readImageName(name);
  return read.fault === undefined ? { reference: referenceOf(name, read.parts) } : { fault: read.fault };
}

/** What is left out is put in; all else stays as it was written, for the canonical name is what a pod runs. */
function referenceOf(
  name: string,
  { registry: written, path: writtenPath, prefix, tag, digest }: NameParts,
): ImageReference {
  const registry = written === null || isDockerHub(written) ? dockerHub : written;
  const path = prefix + writtenPath;
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
