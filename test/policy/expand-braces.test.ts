import { describe, expect, it } from 'vitest';
import { expandAlternatives, expandBraces } from '../../src/policy/expand-braces.ts';

describe('expandBraces', () => {
  it.each([
    ['a', ['a']],
    ['{a,b}:*', ['a:*', 'b:*']],
    ['{a,b}{c,d}', ['ac', 'ad', 'bc', 'bd']],
    ['{a,{b,c}x}', ['a', 'bx', 'cx']],
    ['{x/,}python', ['python', 'x/python']],
    ['{a,a}{,}', ['a']],
    ['\\[{a,b}\\]', ['\\[a\\]', '\\[b\\]']],
  ])('%s stands for %j', (pattern, expected) => {
    expect([...(expandBraces(pattern) ?? [])].sort()).toEqual(expected);
  });

  it('gives up on very many, before it has made them', () => {
    expect(expandBraces('{a,b}'.repeat(500))).toBeNull();
  });
});

describe('expandAlternatives', () => {
  it.each([
    ['a', [['a', []]]],
    [
      'a{b,c}d{e,f}',
      [
        ['abde', [1, 3]],
        ['abdf', [1, 3]],
        ['acde', [1, 3]],
        ['acdf', [1, 3]],
      ],
    ],
    [
      '{{a,b}*,c}',
      [
        ['c', [0]],
        ['a*', [0]],
        ['b*', [0]],
      ],
    ],
    [
      '*{*,}*{,}',
      [
        ['***', [1, 3]],
        ['**', [1, 2]],
      ],
    ],
  ])('of %s remembers where the braces stood: %j', (pattern, expected) => {
    const found = expandAlternatives(pattern) ?? [];

    expect(found.map(({ text, joints }) => [text, joints])).toEqual(expected);
  });
});
