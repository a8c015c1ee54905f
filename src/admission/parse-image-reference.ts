// The grammar of image names (github.com/distribution/reference), with the place of the first mistake. Kubernetes and
// container runtimes parse by the same rules; GitLab's own allow-list does not parse at all, so that `ubuntu:*` admits
// `ubuntu:22.04 --privileged` there.
import type { ImageReference } from './image-reference.ts';

export interface NameFault {
  /** Index into the name, in UTF-16 units; its length when something is missing at the end. */
  readonly at: number;
  /** A whole clause: "character 7 is a space". */
  readonly reason: string;
}

export type ParsedName =
  | { readonly reference: ImageReference; readonly fault?: undefined }
  | { readonly reference?: undefined; readonly fault: NameFault };

/** distribution/reference: NameTotalLengthMax. */
const MAX_PATH_LENGTH = 255;
/** DNS allows 253, and a port needs six more. */
const MAX_REGISTRY_LENGTH = 259;
const MAX_TAG_LENGTH = 128;
/** Hex digits of the algorithms that container runtimes know (github.com/opencontainers/go-digest). */
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const MAX_DIGEST_LENGTH = 'sha512:'.length + 128;
/** All of it at its longest: beyond this nothing is looked at, so that a name of any size costs the same. */
const MAX_NAME_LENGTH =
  MAX_REGISTRY_LENGTH + 1 + MAX_PATH_LENGTH + 1 + MAX_TAG_LENGTH + 1 + MAX_DIGEST_LENGTH;

const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]*$/;

/** Reads a name as container runtimes do; hostile names of any length take bounded time. */
export function parseImageReference(name: string): ParsedName {
  const fault = findStrangeCharacter(name);
  if (fault !== null) return { fault };
  const parts = splitName(name);
  const partFault = findPartFault(name, parts);
  return partFault === null ? { reference: referenceOf(name, parts) } : { fault: partFault };
}

interface NameParts {
  /** null: none was written. */
  readonly registry: string | null;
  readonly path: string;
  readonly pathAt: number;
  readonly tag: string | null;
  readonly digest: string | null;
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

function findStrangeCharacter(name: string): NameFault | null {
  if (name === '') return { at: 0, reason: 'it is empty' };
  if (name.length > MAX_NAME_LENGTH) {
    return {
      at: MAX_NAME_LENGTH,
      reason: `it has ${name.length} characters, and ${MAX_NAME_LENGTH} are the most`,
    };
  }
  const scheme = /^[a-z][a-z0-9+]*:\/\//i.exec(name)?.[0];
  if (scheme !== undefined)
    return { at: 0, reason: `it starts with \`${scheme}\`, and image names have no scheme` };
  if (name.startsWith('-')) return { at: 0, reason: 'it starts with a `-`' };
  const at = name.search(/[^A-Za-z0-9._\-:/@+[\]]/);
  return at < 0 ? null : { at, reason: strangeCharacterReason(name, at) };
}

function strangeCharacterReason(name: string, at: number): string {
  const character = String.fromCodePoint(name.codePointAt(at) ?? 0);
  if (character === '$') return `character ${at + 1} is a \`$\`: a variable in it had no value`;
  return `character ${at + 1} is ${describeCharacter(character)}`;
}

function describeCharacter(character: string): string {
  const known: Record<string, string> = {
    ' ': 'a space',
    '\n': 'a line break',
    '\r': 'a carriage return',
    '\t': 'a tab',
  };
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (known[character] !== undefined) return known[character];
  if (/[\p{C}\p{Z}\p{M}]/u.test(character)) return `the invisible character ${code}`;
  return /[!-~]/.test(character) ? `\`${character}\`` : `\`${character}\` (${code}), which is not ASCII`;
}

function findPartFault(name: string, parts: NameParts): NameFault | null {
  return (
    findRegistryFault(parts) ??
    findPathFault(name, parts) ??
    findTagFault(name, parts) ??
    findDigestFault(name, parts)
  );
}

function findRegistryFault({ registry }: NameParts): NameFault | null {
  if (registry === null) return null;
  const [, host = '', port] = /^(.*?)(?::([^:\]]*))?$/.exec(registry) ?? [];
  if (registry.length > MAX_REGISTRY_LENGTH) {
    return {
      at: MAX_REGISTRY_LENGTH,
      reason: `its registry has ${registry.length} characters, and ${MAX_REGISTRY_LENGTH} are the most`,
    };
  }
  if (!HOST.test(host)) return { at: 0, reason: `\`${host}\` is not the name of a registry` };
  if (port === undefined || /^\d+$/.test(port)) return null;
  return { at: host.length + 1, reason: `\`${port}\` is not a port` };
}

function findPathFault(name: string, { path, pathAt }: NameParts): NameFault | null {
  if (path.length > MAX_PATH_LENGTH) {
    return {
      at: pathAt + MAX_PATH_LENGTH,
      reason: `its path has ${path.length} characters, and ${MAX_PATH_LENGTH} are the most`,
    };
  }
  let at = pathAt;
  for (const part of path.split('/')) {
    if (!PATH_PART.test(part)) return { at, reason: pathPartReason(name, part, at) };
    at += part.length + 1;
  }
  if (/^[a-f0-9]{64}$/.test(name)) return { at: 0, reason: 'it is the id of an image, not a name' };
  return null;
}

function pathPartReason(name: string, part: string, at: number): string {
  if (part === '') return emptyPartReason(name, at);
  if (part === '.' || part === '..') return `its part \`${part}\` points elsewhere, as paths of files do`;
  if (/[A-Z]/.test(part)) return `its part \`${part}\` has upper-case letters, which only tags may have`;
  if (part.includes(':')) return `its part \`${part}\` has a \`:\`, which belongs before the tag at the end`;
  const strange = /[^a-z0-9._-]/.exec(part)?.[0];
  if (strange !== undefined) return `its part \`${part}\` has a \`${strange}\``;
  return `its part \`${part}\` has \`.\`, \`_\` or \`-\` where a letter or digit is needed`;
}

function emptyPartReason(name: string, at: number): string {
  if (name.startsWith('/')) return 'it starts with a `/`';
  if (at < name.length && name[at] === '/') return `it has \`//\` at character ${at}`;
  if (at >= name.length) return 'it ends with a `/`';
  return `there is no name before the \`${name[at] ?? ''}\``;
}

function findTagFault(name: string, { path, pathAt, tag }: NameParts): NameFault | null {
  if (tag === null) return null;
  const at = pathAt + path.length + 1;
  if (tag === '') return { at, reason: 'its tag is empty: nothing follows the `:`' };
  if (tag.length > MAX_TAG_LENGTH) {
    return {
      at: at + MAX_TAG_LENGTH,
      reason: `its tag has ${tag.length} characters, and ${MAX_TAG_LENGTH} are the most`,
    };
  }
  if (TAG.test(tag)) return null;
  const strange = tag.search(/[^\w.-]/);
  if (strange < 0) return { at, reason: `its tag starts with \`${tag[0] ?? ''}\`` };
  return { at: at + strange, reason: `its tag \`${tag}\` has a \`${name[at + strange] ?? ''}\`` };
}

function findDigestFault(name: string, { digest }: NameParts): NameFault | null {
  if (digest === null) return null;
  const at = name.length - digest.length;
  const colon = digest.indexOf(':');
  const algorithm = colon < 0 ? digest : digest.slice(0, colon);
  const length = Object.hasOwn(DIGEST_LENGTHS, algorithm) ? DIGEST_LENGTHS[algorithm] : undefined;
  if (colon < 0 || length === undefined) {
    return { at, reason: `\`${digest.slice(0, 40)}\` after the \`@\` is not a digest (sha256:…)` };
  }
  const hex = digest.slice(colon + 1);
  if (new RegExp(`^[a-f0-9]{${length}}$`).test(hex)) return null;
  return {
    at: at + colon + 1,
    reason: `its digest needs ${length} hexadecimal digits after \`${algorithm}:\``,
  };
}
