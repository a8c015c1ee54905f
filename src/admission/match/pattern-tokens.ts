// A pattern without braces as the steps in which it is compared with a name.
import type { Alternative } from '../../policy/pattern/expand-braces.ts';

/** A character of its own, `*`, `?` or a class. */
export type Token = string | typeof star | typeof anyCharacter | CharacterClass;

export const star = 0;
/** Any but a `/`. */
export const anyCharacter = 1;

/** Unlike `?`, it takes a `/` too, where its ranges or its negation do. */
export interface CharacterClass {
  readonly isNegated: boolean;
  /** First and last character of each. */
  readonly ranges: readonly (readonly [string, string])[];
}

export interface TokenizedPattern {
  readonly tokens: readonly Token[];
  /** The tokens before which a brace stood, ascending; one past the last stands for the end. */
  readonly joints: readonly number[];
}

/** @returns null: a class or a `\` is not finished, and so it matches nothing. */
export function tokenizePattern({ text, joints }: Alternative): TokenizedPattern | null {
  const tokens: Token[] = [];
  const tokenJoints: number[] = [];
  for (let at = 0; at < text.length; ) {
    if (joints.includes(at)) tokenJoints.push(tokens.length);
    const found = tokenAt(text, at);
    if (found === null) return null;
    const [token, length] = found;
    tokens.push(token);
    at += length;
  }
  if (joints.includes(text.length)) tokenJoints.push(tokens.length);
  return { tokens, joints: tokenJoints };
}

/** The tokens as text, as far as they are characters of their own. */
export function literalText(tokens: readonly Token[]): string {
  const end = tokens.findIndex((token) => typeof token !== 'string');
  return (end < 0 ? tokens : tokens.slice(0, end)).map(String).join('');
}

export function takesCharacter(token: Exclude<Token, typeof star>, character: string): boolean {
  if (typeof token === 'string') return token === character;
  if (token === anyCharacter) return character !== '/';
  return token.isNegated !== token.ranges.some(([from, to]) => from <= character && character <= to);
}

function tokenAt(text: string, at: number): readonly [Token, number] | null {
  const character = text[at] ?? '';
  if (character === '*') return [star, 1];
  if (character === '?') return [anyCharacter, 1];
  if (character === '[') return classAt(text, at);
  if (character !== '\\') return [character, 1];
  const escaped = text[at + 1];
  return escaped === undefined ? null : [escaped, 2];
}

/** `-` is a range only between two characters, of which the first does not end a range itself. */
function classAt(text: string, at: number): readonly [CharacterClass, number] | null {
  const [whole, mark, inner = ''] = /^\[(?:([!^])|(?![!^]))((?:\\.|[^\]\\])+)\]/s.exec(text.slice(at)) ?? [];
  if (whole === undefined) return null;
  const ranges = [...inner.matchAll(/\\?(.)(?:-\\?(.))?/gs)].map(
    ([, from = '', to = from]) => [from, to] as const,
  );
  return [{ isNegated: mark !== undefined, ranges }, whole.length];
}
