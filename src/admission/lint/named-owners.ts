// The owners that a pattern names in full. Whatever else it admits, it admits without saying so.

import {
  literalText,
  star,
  type Token,
  type TokenizedPattern,
  takesCharacter,
} from '../match/pattern-tokens.ts';
import { writeOut } from '../match/write-out.ts';
import { officialImages, ownerOfName } from './image-owner.ts';

export interface NamedOwners {
  /** As ownerOf has them. */
  readonly owners: ReadonlySet<string>;
  /** No name of another owner can match, whatever stands in for the wildcards. */
  readonly isClosed: boolean;
}

export function findNamedOwners(pattern: string): NamedOwners {
  const owners = new Set<string>([officialImages]);
  let isClosed = true;
  for (const alternative of writeOut(pattern)) {
    const owner = namedOwner(alternative.tokens);
    if (owner !== null) owners.add(owner);
    isClosed &&= owner !== null && (alternative.tokens.includes('/') || staysInPart(alternative));
  }
  return { owners, isClosed };
}

/** @returns null: a wildcard stands where the owner would. */
function namedOwner(tokens: readonly Token[]): string | null {
  const literal = literalText(tokens);
  if (literal.length === tokens.length) return ownerOfName(literal);
  const isFollowed = tokens.includes('/', literal.length);
  const end = literal.search(/[/:@][^/:@]*$/);
  if (end < 0) return isFollowed ? null : officialImages;
  // Two names that differ behind what is written out: the owner is written out if it is the same. They have two parts,
  // because Docker Hub has a group of its own for names of one.
  const [one, other] = ['x/x', 'y/y'].map((rest) => {
    if (literal[end] === '/') return ownerOfName(`${literal.slice(0, end)}/${rest}`);
    return ownerOfName(literal.slice(0, end) + (isFollowed ? `:1/${rest}` : ''));
  });
  return one === other ? (one ?? null) : null;
}

/** Nothing of it can stand for a `/`. */
function staysInPart({ tokens, joints }: TokenizedPattern): boolean {
  return tokens.every((token, index) => {
    if (typeof token === 'object') return !takesCharacter(token, '/');
    const isDouble = token === star && tokens[index + 1] === star;
    return !isDouble || (index > 0 && !joints.includes(index));
  });
}
