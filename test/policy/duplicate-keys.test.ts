import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { findDuplicateKeys } from '../../src/policy/duplicate-keys.ts';

function placesOf(text: string) {
  return findDuplicateKeys(parseDocument(text, { uniqueKeys: false }).contents).map((key) => key.range?.[0]);
}

describe('findDuplicateKeys', () => {
  it.each([
    ['a: 1\na: 2\n', [5]],
    ['a: {b: 1, c: 2, b: 3}\na: 4\nd: 5\na: 6\n', [22, 32, 16]],
    ['a: 1\n"a": 2\n', [5]],
    ['1: x\n"1": y\n', [5]],
    ['a: {b: 1}\nc: {b: 1}\n', []],
    ['', []],
    ['- a\n- a\n', []],
  ])('finds in %j those at %j', (text, expected) => expect(placesOf(text)).toEqual(expected));
});
