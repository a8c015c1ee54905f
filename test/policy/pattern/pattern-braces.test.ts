import { describe, expect, it } from 'vitest';
import { checkBraces } from '../../../src/policy/pattern/pattern-braces.ts';

describe('checkBraces', () => {
  it.each(['a', '{a,b}', '{a,{b,c}}', '{a,}', '{a*,b}', '{a,b/c}', '{a,b}{c,d}', '{a,**}', '{{a,b},c}'])(
    'takes %s',
    (pattern) => {
      expect(checkBraces(pattern)).toBeNull();
    },
  );

  it.each([
    ['{1..3}', '{1,2,3}'],
    ['x{8..10}y', 'x{8,9,10}y'],
    ['{3..1}', null],
    ['{1..1000}', null],
    ['{a..c}', null],
    ['{a}', 'a'],
    ['{a,{b}}', '{a,b}'],
    ['{', null],
    ['}{', null],
    ['a,b', null],
  ])('refuses %s and suggests %s', (pattern, suggestion) => {
    expect(checkBraces(pattern)).toMatchObject({ suggestion });
  });
});
