// Names that a pattern admits, with strangers where it leaves a place open: each was compared by the matcher.
import { expandAlternatives } from '../../policy/pattern/expand-braces.ts';
import { matchTokens } from './match-tokens.ts';
import { literalText, star, type Token, takesCharacter, tokenizePattern } from './pattern-tokens.ts';

/** What may stand for a `*`: a stranger's host or group by itself, glued to what is there, or deeper than one part. */
const strangers: readonly string[] = [
  '-evil',
  '.evil.test',
  'evil',
  'evil.test',
  'x',
  '1',
  '',
  'x:1',
  'evil/x',
  'evil.test/x',
  '.evil.test/x',
  '-evil/x',
  '/evil',
  '1/evil',
  ':1/evil',
];
/** What may stand for a `?` or a class. */
const characters: readonly string[] = ['x', '1', 'a', '.', '-', ':', '/', '@', '_'];
/** What stands for all the other wildcards of a name. */
const ordinary: readonly string[] = ['x', '1', ''];
/** Hexadecimal digits. */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
/** Of more places than these, only the first decide whose image it is. */
const maxPlaces = 12;

/** Each is tried with every stranger in turn, as long as the caller wants more. */
export function* instancesOf(
  pattern: string,
  isValid: (name: string) => boolean,
): Generator<string, undefined> {
  for (const alternative of expandAlternatives(pattern) ?? []) {
    const tokenized = tokenizePattern(alternative);
    if (tokenized === null) continue;
    for (const name of fillings(tokenized.tokens)) {
      if (matchTokens(tokenized, name) && isValid(name)) yield name;
    }
  }
  return undefined;
}

function* fillings(tokens: readonly Token[]): Generator<string> {
  const places = tokens.flatMap((token, index) =>
    typeof token === 'string' || (token === star && tokens[index - 1] === star) ? [] : [index],
  );
  const starsFirst = places
    .slice(0, maxPlaces)
    .sort((a, b) => Number(tokens[b] === star) - Number(tokens[a] === star));
  for (const place of starsFirst) {
    for (const stranger of strangersAt(place, tokens)) {
      for (const rest of ordinary) yield fill(tokens, place, stranger, rest);
    }
  }
  for (const kept of [tokens, withoutGlobstars(tokens)])
    for (const rest of ordinary) yield fill(kept, -1, '', rest);
}

/** `**` and the slash behind it may be nothing at all, also in the middle of a part, where braces end. */
function withoutGlobstars(tokens: readonly Token[]): readonly Token[] {
  const isInStars = (index: number): boolean =>
    tokens[index] === star && (tokens[index - 1] === star || tokens[index + 1] === star);
  return tokens.filter((token, index) => !isInStars(index) && !(token === '/' && isInStars(index - 1)));
}

/** Behind a host, the look-alike that people know comes first. */
function strangersAt(place: number, tokens: readonly Token[]): readonly string[] {
  const token = tokens[place];
  if (token === undefined || typeof token === 'string') return [];
  if (token !== star) return standInsFor(token);
  const before = tokens.slice(0, place);
  const isBehindHost = before.includes('.') && !before.includes('/');
  return isBehindHost ? ['.evil.test', ...strangers] : strangers;
}

function standInsFor(token: Exclude<Token, typeof star>): readonly string[] {
  const own = typeof token === 'object' ? token.ranges.map(([from]) => from) : [];
  return [...characters, ...own].filter((character) => takesCharacter(token, character));
}

function standInFor(token: Exclude<Token, typeof star>, wanted: string): string {
  const all = standInsFor(token);
  return all.includes(wanted) ? wanted : (all[0] ?? '');
}

function fill(tokens: readonly Token[], place: number, stranger: string, rest: string): string {
  let name = '';
  for (const [index, token] of tokens.entries()) {
    if (name.endsWith('@')) return name + digestLike(tokens.slice(index));
    if (typeof token === 'string') name += token;
    else if (index === place) name += stranger;
    else if (token !== star) name += standInFor(token, rest);
    else if (tokens[index - 1] !== star) name += rest;
  }
  // What stands for `**` and a slash may be nothing at all.
  return name.replace(/\/{2,}/g, '/').replace(/^\/|\/$/g, '');
}

/** A digest that begins and ends as the tokens do: one is valid whole or not at all. */
function digestLike(tokens: readonly Token[]): string {
  const start = literalText(tokens);
  if (start.length === tokens.length) return start;
  const end = literalText(tokens.slice(tokens.findLastIndex((token) => typeof token !== 'string') + 1));
  const known = Object.keys(digestLengths).find((algorithm) => start.startsWith(algorithm)) ?? 'sha256';
  const digest = `${known}:`.padEnd(known.length + 1 + (digestLengths[known] ?? 0), '0');
  return start + digest.slice(start.length, digest.length - end.length) + end;
}
