import { expect, it } from 'vitest';
import { doubleStars } from '../../../src/admission/match/double-stars.ts';
import { tokenizePattern } from '../../../src/admission/match/pattern-tokens.ts';
import { expandAlternatives } from '../../../src/policy/pattern/expand-braces.ts';

function found(pattern: string) {
  const [first] = expandAlternatives(pattern) ?? [];
  const tokenized = first === undefined ? null : tokenizePattern(first);
  return tokenized === null ? null : doubleStars(tokenized);
}

it.each([
  ['x/**', true, true],
  ['**/x', true, true],
  ['x**', false, false],
  ['x/***', false, false],
  ['x/**{,y}', true, false],
  ['**{/x,y}', true, false],
  ['x{**,y}', false, true],
  ['x{*,}*', false, true],
  ['x/{**,y}', true, true],
])(
  'the double star of %s stands alone (%s) and reaches over slashes (%s)',
  (pattern, isAlone, reachesOver) => {
    expect(found(pattern)).toEqual([{ isAlone, reachesOver }]);
  },
);

it.each(['x/*', '*{*,}', 'x*y*'])('finds no double star in %s', (pattern) =>
  expect(found(pattern)).toEqual([]),
);
