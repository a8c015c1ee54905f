// A concrete name that a pattern allows, as near as can be to the name that somebody asked for.
import { expandBraces } from '../../policy/pattern/expand-braces.ts';
import { nearestName } from '../../text/nearest-name.ts';
import type { ImageReference } from '../image-reference.ts';
import { compilePattern } from '../match/match-pattern.ts';
import { parseImageReference } from '../parse-image-reference.ts';

/** What stands in for the parts that a pattern leaves open. */
interface Filling {
  /** For `*` as a whole last part: a repository's last part, with tag and digest. */
  readonly last: string;
  readonly part: string;
  readonly tag: string;
  readonly digest: string;
}

const genericFilling: Filling = {
  last: 'name',
  part: 'name',
  tag: 'latest',
  digest: `sha256:${'0'.repeat(64)}`,
};
/** Of the alternatives in braces, the ones that start most like the name are tried, and no more than these. */
const maxTried = 8;

/** @returns null: no example was found; whatever is returned was parsed and matched. */
export function exampleName(pattern: string, reference: ImageReference): string | null {
  const matches = compilePattern(pattern);
  for (const plain of nearestAlternatives(pattern, reference)) {
    for (const filling of [fillingFrom(reference), genericFilling]) {
      const name = fillPattern(plain, filling);
      if (matches(name) && parseImageReference(name).fault === undefined) return name;
    }
  }
  return null;
}

function fillingFrom({ path, tag, digest }: ImageReference): Filling {
  const part = path.slice(path.lastIndexOf('/') + 1);
  const suffix = `${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
  return {
    last: part + suffix,
    part,
    tag: tag ?? genericFilling.tag,
    digest: digest ?? genericFilling.digest,
  };
}

/** Of `python{,:*,@*}` the one that keeps the tag or digest of the name, if it has one. */
function nearestAlternatives(pattern: string, reference: ImageReference): readonly string[] {
  const asked = { ...splitSuffix(reference.name), path: reference.path };
  const ranked = (expandBraces(pattern) ?? []).map((plain) => ({ plain, ranks: ranksOf(plain, asked) }));
  const compare = (a: readonly number[], b: readonly number[]): number =>
    b.map((rank, index) => rank - (a[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return ranked
    .toSorted((a, b) => compare(a.ranks, b.ranks))
    .slice(0, maxTried)
    .map(({ plain }) => plain);
}

interface Asked {
  readonly repository: string;
  readonly suffix: string;
  readonly path: string;
}

/** Each from the weightier to the lighter one; more is nearer. */
function ranksOf(plain: string, asked: Asked): readonly number[] {
  const { repository, suffix } = splitSuffix(plain);
  const isSimilar = nearestName(lastPart(asked.path), [lastPart(repository)]) !== null;
  const start = commonStart(repository, asked.repository);
  return [
    isSimilar ? 1 : 0,
    start,
    suffix.charAt(0) === asked.suffix.charAt(0) ? 1 : 0,
    commonStart(plain, asked.repository + asked.suffix),
  ];
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `registry:5000/python:3` as `registry:5000/python` and `:3`. */
function splitSuffix(name: string): { readonly repository: string; readonly suffix: string } {
  const last = lastPart(name);
  const at = last.search(/[:@]/);
  if (at < 0) return { repository: name, suffix: '' };
  return { repository: name.slice(0, name.length - last.length + at), suffix: last.slice(at) };
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

function fillPattern(plain: string, filling: Filling): string {
  const parts = plain.split('/');
  return parts
    .flatMap((part, index) => {
      const isLast = index === parts.length - 1;
      if (part === '**' && !isLast) return [];
      if (isLast && /^\*+$/.test(part)) return [filling.last];
      return [fillPart(part, filling)];
    })
    .join('/');
}

/** `NAME:TAG@DIGEST`, each filled on its own. */
function fillPart(part: string, filling: Filling): string {
  const [beforeDigest, digest] = splitAt(part, '@');
  const [name, tag] = splitAt(beforeDigest, ':');
  const filledTag = tag === undefined ? '' : `:${fillText(tag, filling.tag, fillTagStar)}`;
  const filledDigest = digest === undefined ? '' : `@${digest.endsWith('*') ? filling.digest : digest}`;
  return fillText(name, filling.part, fillNameStar) + filledTag + filledDigest;
}

function splitAt(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** `whole` if it fits as it is, else the pattern with its open places filled. */
function fillText(pattern: string, whole: string, fillStar: FillStar): string {
  if (!/[*?[]/.test(pattern)) return pattern.replaceAll('\\', '');
  if (/^\*+$/.test(pattern) || compilePattern(pattern)(whole)) return whole;
  return pattern
    .replace(/(?<!\\)\[[^\]]*\]/g, memberOf)
    .replace(/(.?)\*+(.?)/g, (_, before: string, after: string) => before + fillStar(before, after) + after)
    .replaceAll('?', '1')
    .replaceAll('\\', '');
}

/** What a `*` becomes, by the characters around it. */
type FillStar = (before: string, after: string) => string;

/** `team-*` as `team-name`, `node*` as `node`. */
const fillNameStar: FillStar = (before, after) => (/[a-z0-9]/i.test(before + after) ? '' : 'name');

/** `3.*` as `3.1`, `3*` as `3`, `v*` as `v1`, `*-slim` as `1-slim`, `*debug` as `debug`. */
const fillTagStar: FillStar = (before, after) =>
  /\d/.test(before) || (before === '' && /[a-z0-9]/i.test(after)) ? '' : '1';

/** A character that a class such as `[a-c]` or `[!a]` takes. */
function memberOf(charClass: string): string {
  const takes = compilePattern(charClass);
  return ['1', 'a', 'x', '0', 'b', 'z', '9'].find(takes) ?? charClass[1] ?? '';
}
