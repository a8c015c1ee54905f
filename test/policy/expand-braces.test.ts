import { describe, expect, it } from 'vitest';
import { expandBraces } from '../../src/policy/expand-braces.ts';

describe('expandBraces', () => {
  it.each([
    ['a', ['a']],
    ['{a,b}:*', ['a:*', 'b:*']],
    ['{a,b}{c,d}', ['ac', 'ad', 'bc', 'bd']],
    ['{a,{b,c}x}', ['a', 'bx', 'cx']],
    ['{x/,}python', ['python', 'x/python']],
  ])('%s stands for %j', (pattern, expected) => {
    expect([...(expandBraces(pattern) ?? [])].sort()).toEqual(expected);
  });

  it('gives up on very many, before it has made them', () => {
    expect(expandBraces('{a,b}'.repeat(500))).toBeNull();
  });
});
