// A name that a pattern admits although its owner is not one that the pattern names: found by asking the matcher.

import type { ImageReference } from '../image-reference.ts';
import { compilePattern } from '../match/match-pattern.ts';
import { instancesOf } from '../match/pattern-instances.ts';
import { parseImageReference } from '../parse-image-reference.ts';
import { ownerOf } from './image-owner.ts';
import { findNamedOwners } from './named-owners.ts';

const digest = `@sha256:${'0'.repeat(64)}`;
/** Whoever comes can have the ones of evil; the last are Docker's own. With and without tag and digest. */
const everyday: readonly string[] = [
  'evil.test/x',
  'evil.test/x/y',
  'evil.test:5000/x',
  'evil/x',
  'ghcr.io/evil/x',
  'localhost/x',
  'x',
].flatMap((name) => ['', ':1', digest, `:1${digest}`].map((suffix) => name + suffix));

/** @returns null: the pattern admits images of the owners alone that it names. */
export function findForeignName(pattern: string): ImageReference | null {
  const { owners, isClosed } = findNamedOwners(pattern);
  if (isClosed) return null;
  for (const name of admittedNames(pattern)) {
    const { reference } = parseImageReference(name);
    if (reference !== undefined && !owners.has(ownerOf(reference))) return reference;
  }
  return null;
}

/** @returns false: nothing was found that is a valid name and matches. */
export function admitsSomeName(pattern: string): boolean {
  return admittedNames(pattern).next().done !== true;
}

function* admittedNames(pattern: string): Generator<string, undefined> {
  yield* instancesOf(pattern, isImageName);
  yield* everyday.filter(compilePattern(pattern));
  return undefined;
}

function isImageName(name: string): boolean {
  return parseImageReference(name).fault === undefined;
}
