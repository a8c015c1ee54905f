import { describe, expect, it } from 'vitest';
import {
  anyCharacter,
  star,
  takesCharacter,
  tokenizePattern,
} from '../../../src/admission/match/pattern-tokens.ts';

const tokensOf = (text: string) => tokenizePattern({ text, joints: [] })?.tokens ?? null;

describe('tokenizePattern', () => {
  it('reads characters, stars, classes and what a `\\` takes the meaning from', () => {
    expect(tokensOf('a*?\\[[!x-z:]')).toEqual([
      'a',
      star,
      anyCharacter,
      '[',
      {
        isNegated: true,
        ranges: [
          ['x', 'z'],
          [':', ':'],
        ],
      },
    ]);
  });

  it('finds the tokens before which braces stood', () => {
    expect(tokenizePattern({ text: '[ab]\\[c', joints: [4, 6, 7] })?.joints).toEqual([1, 2, 3]);
  });

  it.each(['[', '[]', '[!]', '[^', '[!]a]', 'a\\'])('finds none in %s, which is malformed', (text) => {
    expect(tokensOf(text)).toBeNull();
  });
});

describe('takesCharacter', () => {
  it.each([
    ['[a-c]', 'b', true],
    ['[a-c]', 'd', false],
    ['[!a-c]', '/', true],
    ['[.-9]', '/', true],
    ['[^:]', ':', false],
    ['[-x]', '-', true],
    ['[x-]', '-', true],
    ['[a-c-e]', 'd', false],
    ['[a-c-e]', '-', true],
    ['?', '/', false],
    ['?', 'x', true],
  ])('says whether %s takes %s: %s', (text, character, expected) => {
    const [token] = tokensOf(text) ?? [];

    expect(token).toBeDefined();
    expect(token === undefined || token === star || takesCharacter(token, character)).toBe(expected);
  });
});
