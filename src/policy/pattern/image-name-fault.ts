// What keeps a text from being an image name, and where: the first mistake, in words for its author.

export interface NameFault {
  /** Index into the name, in UTF-16 units; its length when something is missing at the end. */
  readonly at: number;
  /** A whole clause: "character 7 is a space". */
  readonly reason: string;
}

export interface NameParts {
  /** null: none was written. */
  readonly registry: string | null;
  /** As written; `prefix` belongs before it. */
  readonly path: string;
  readonly pathAt: number;
  /** `library/` where Docker Hub's short form left it out. */
  readonly prefix: '' | typeof officialPrefix;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** What container runtimes put before a path of one part on Docker Hub. */
export const officialPrefix = 'library/';

/** distribution/reference: RepositoryNameTotalLengthMax; the registry does not count, and `library/` does. */
const maxPathLength = 255;
/** DNS allows 253, and a port needs six more. */
const maxRegistryLength = 259;
const maxTagLength = 128;
/** Hex digits of the algorithms that container runtimes know (github.com/opencontainers/go-digest). */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const maxDigestLength = 'sha512:'.length + 128;
/** All of it at its longest: beyond this nothing is looked at, so that a name of any size costs the same. */
const maxNameLength = maxRegistryLength + 1 + maxPathLength + 1 + maxTagLength + 1 + maxDigestLength;

const hostForm =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])$/;
const pathPartForm = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]*$/;

/** Whatever no part of a name can hold; bounded for a text of any length. */
export function findStrangeCharacter(name: string): NameFault | null {
  if (name === '') return { at: 0, reason: 'it is empty' };
  if (name.length > maxNameLength) {
    return {
      at: maxNameLength,
      reason: `it has ${name.length} characters, and ${maxNameLength} are the most`,
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

/** The parts against the grammar, from left to right. */
export function findPartFault(name: string, parts: NameParts): NameFault | null {
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
  if (registry.length > maxRegistryLength) {
    return {
      at: maxRegistryLength,
      reason: `its registry has ${registry.length} characters, and ${maxRegistryLength} are the most`,
    };
  }
  if (!hostForm.test(host)) return { at: 0, reason: `\`${host}\` is not the name of a registry` };
  if (port === undefined || /^\d+$/.test(port)) return null;
  return { at: host.length + 1, reason: `\`${port}\` is not a port` };
}

function findPathFault(name: string, { path, pathAt, prefix }: NameParts): NameFault | null {
  const length = prefix.length + path.length;
  if (length > maxPathLength) {
    const added = prefix === '' ? '' : ` with the \`${prefix}\` that Docker Hub puts before it,`;
    return {
      at: pathAt + maxPathLength - prefix.length,
      reason: `its path has ${length} characters,${added} and ${maxPathLength} are the most`,
    };
  }
  let at = pathAt;
  for (const part of path.split('/')) {
    if (!pathPartForm.test(part)) return { at, reason: pathPartReason(name, part, at) };
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
  if (tag.length > maxTagLength) {
    return {
      at: at + maxTagLength,
      reason: `its tag has ${tag.length} characters, and ${maxTagLength} are the most`,
    };
  }
  if (tagForm.test(tag)) return null;
  const strange = tag.search(/[^\w.-]/);
  if (strange < 0) return { at, reason: `its tag starts with \`${tag[0] ?? ''}\`` };
  return { at: at + strange, reason: `its tag \`${tag}\` has a \`${name[at + strange] ?? ''}\`` };
}

function findDigestFault(name: string, { digest }: NameParts): NameFault | null {
  if (digest === null) return null;
  const at = name.length - digest.length;
  const colon = digest.indexOf(':');
  const algorithm = colon < 0 ? digest : digest.slice(0, colon);
  const length = Object.hasOwn(digestLengths, algorithm) ? digestLengths[algorithm] : undefined;
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
