// A name as container runtimes understand it: registry, path, tag, digest, and the one spelling that leaves nothing out.
import { dockerHub, findNameFault, isDockerHub, splitImageName } from '../policy/pattern/image-name.ts';
import type { NameFault } from '../policy/pattern/image-name-fault.ts';
import type { ImageReference } from './image-reference.ts';

export type ParsedName =
  | { readonly reference: ImageReference; readonly fault?: undefined }
  | { readonly reference?: undefined; readonly fault: NameFault };

/** Reads a name by the grammar of container runtimes; hostile names of any length take bounded time. */
export function parseImageReference(name: string): ParsedName {
  const fault = findNameFault(name);
  return fault === null ? { reference: referenceOf(name) } : { fault };
}

/** What is left out is put in; all else stays as it was written, for the canonical name is what a pod runs. */
function referenceOf(name: string): ImageReference {
  const { registry: written, path: writtenPath, prefix, tag, digest } = splitImageName(name);
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
