import { describe, expect, it } from 'vitest';
import {
  countAlternatives,
  expandAlternatives,
  expandBraces,
} from '../../../src/policy/pattern/expand-braces.ts';

describe('expandBraces', () => {
  it.each([
    ['a', ['a']],
    ['{a,b}:*', ['a:*', 'b:*']],
    ['{a,b}{c,d}', ['ac', 'ad', 'bc', 'bd']],
    ['{a,{b,c}x}', ['a', 'bx', 'cx']],
    ['{x/,}python', ['python', 'x/python']],
    ['{a,a}{,}', ['a']],
    ['\\[{a,b}\\]', ['\\[a\\]', '\\[b\\]']],
  ])('expands %s to %j', (pattern, expected) => {
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
  ])('remembers of %s where the braces stood: %j', (pattern, expected) => {
    const found = expandAlternatives(pattern) ?? [];

    expect(found.map(({ text, joints }) => [text, joints])).toEqual(expected);
  });
});

describe('countAlternatives', () => {
  it.each([
    ['a', 1],
    ['{a,b}{c,d,e}', 6],
    ['{a,{b,c}{d,e}}x', 5],
    ['{{{a}}}', 1],
    ['\\[{,a}\\]', 2],
    ['{a,b}'.repeat(500), 2 ** 500],
  ])('counts the alternatives of %s: %d', (pattern, count) => expect(countAlternatives(pattern)).toBe(count));

  it('counts what is expanded, but for those that are alike', () => {
    for (const pattern of ['{a,b}{c,{d,e}}', '{,{a,{b,c}}}{,x}', '{a,}{{b,c},}']) {
      expect(expandAlternatives(pattern)).toHaveLength(countAlternatives(pattern));
    }
  });
});
