// The grammar of image names (github.com/distribution/reference), with the place of the first mistake. Kubernetes and
// container runtimes parse by the same rules; GitLab's own allow-list does not parse at all, so that `ubuntu:*` admits
// `ubuntu:22.04 --privileged` there.
import type { ImageReference } from './image-reference.ts';
import { findPartFault, findStrangeCharacter, type NameFault, type NameParts } from './name-fault.ts';

export type ParsedName =
  | { readonly reference: ImageReference; readonly fault?: undefined }
  | { readonly reference?: undefined; readonly fault: NameFault };

/** Reads a name as container runtimes do; hostile names of any length take bounded time. */
export function parseImageReference(name: string): ParsedName {
  const fault = findStrangeCharacter(name);
  if (fault !== null) return { fault };
  const parts = splitName(name);
  const partFault = findPartFault(name, parts);
  return partFault === null ? { reference: referenceOf(name, parts) } : { fault: partFault };
}

/** Splits without judging: digest at the first `@`, tag at the last `:` of the last part, registry as Docker does. */
function splitName(name: string): NameParts {
  const at = name.indexOf('@');
  const beforeDigest = at < 0 ? name : name.slice(0, at);
  const slash = beforeDigest.indexOf('/');
  const first = slash < 0 ? '' : beforeDigest.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const pathAt = isRegistry ? slash + 1 : 0;
  const rest = beforeDigest.slice(pathAt);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return {
    registry: isRegistry ? first : null,
    path: colon < 0 ? rest : rest.slice(0, colon),
    pathAt,
    tag: colon < 0 ? null : rest.slice(colon + 1),
    digest: at < 0 ? null : name.slice(at + 1),
  };
}

function referenceOf(name: string, { registry, path, tag, digest }: NameParts): ImageReference {
  const host = (registry ?? 'docker.io').toLowerCase();
  const isHub = host === 'docker.io' || host === 'index.docker.io';
  const fullPath = isHub && !path.includes('/') ? `library/${path}` : path;
  const fullHost = isHub ? 'docker.io' : host;
  const suffix = `${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
  return {
    name,
    registry: fullHost,
    path: fullPath,
    tag,
    digest,
    canonical: `${fullHost}/${fullPath}${suffix === '' ? ':latest' : suffix}`,
  };
}
