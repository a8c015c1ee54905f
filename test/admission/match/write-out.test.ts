import { describe, expect, it } from 'vitest';
import { star } from '../../../src/admission/match/pattern-tokens.ts';
import { writeOut } from '../../../src/admission/match/write-out.ts';

function written(pattern: string) {
  return writeOut(pattern).map(({ tokens }) =>
    tokens.map((token) => (typeof token === 'string' ? token : token === star ? '*' : '?')).join(''),
  );
}

describe('writeOut', () => {
  it.each([
    ['a*', ['a*']],
    ['{a,b}*', ['a*', 'b*']],
    ['x[12]y', ['x1y', 'x2y']],
    ['[0-9]', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']],
    ['[a-z]', ['?']],
    ['[!a]', ['?']],
    ['[./-0]', ['?']],
    ['[0-9][0-9][0-9]', ['???']],
    ['a[', []],
  ])('writes %s out as %j', (pattern, expected) => expect(written(pattern)).toEqual(expected));
});
