// The grammar of image names (github.com/distribution/reference). Kubernetes and container runtimes parse by the same
// rules; GitLab's own allow-list does not parse at all, so that `ubuntu:*` admits `ubuntu:22.04 --privileged` there.
import {
  findPartFault,
  findStrangeCharacter,
  type NameFault,
  type NameParts,
  officialPrefix,
} from './image-name-fault.ts';

/** The registry of names that name none. */
export const dockerHub = 'docker.io';
const dockerHubBefore = 'index.docker.io';

/** A name's parts, or why it is none. Hostile names of any length take bounded time. */
export function readImageName(
  name: string,
): { readonly parts: NameParts; readonly fault?: undefined } | { readonly fault: NameFault } {
  const strange = findStrangeCharacter(name);
  if (strange !== null) return { fault: strange };
  const parts = splitImageName(name);
  const fault = findPartFault(name, parts);
  return fault === null ? { parts } : { fault };
}

/** @returns null: the name is valid. */
export const findNameFault = (name: string): NameFault | null => readImageName(name).fault ?? null;

/**
 * Splits without validating: digest at the first `@`, tag at the last part's `:`, registry as distribution/reference's
 * splitDockerDomain finds it. An upper-case letter may be all that makes a registry of the first part, so nothing of a name may
 * ever be written in lower case: `MIRROR/app` is of the registry MIRROR, `mirror/app` of a user of Docker Hub.
 */
function splitImageName(name: string): NameParts {
  const at = name.indexOf('@');
  const beforeDigest = at < 0 ? name : name.slice(0, at);
  const slash = beforeDigest.indexOf('/');
  const first = slash < 0 ? '' : beforeDigest.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const pathAt = isRegistry ? slash + 1 : 0;
  const rest = beforeDigest.slice(pathAt);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  return {
    registry: isRegistry ? first : null,
    path,
    pathAt,
    prefix: isDockerHub(isRegistry ? first : null) && !path.includes('/') ? officialPrefix : '',
    tag: colon < 0 ? null : rest.slice(colon + 1),
    digest: at < 0 ? null : name.slice(at + 1),
  };
}

/** By these very texts: container runtimes take `Docker.io` for another registry. null: no registry was written. */
export function isDockerHub(registry: string | null): boolean {
  return registry === null || registry === dockerHub || registry === dockerHubBefore;
}
