import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchText } from '../../../src/pod/may-set/match-text.ts';

describe('matchText', () => {
  it('takes a star for any text, also for none, and everything else for itself', () => {
    const pairs = [
      ['a', 'a'],
      ['*', ''],
      ['a*', 'a'],
      ['a*b*c', 'a-b-b-c'],
      ['**', 'x/y'],
      ['deploy-*', 'deploy-x'],
    ] as const;
    for (const [pattern, text] of pairs) expect([pattern, matchText(pattern, text)]).toEqual([pattern, true]);
    const others = [
      ['a', 'A'],
      ['', 'a'],
      ['a*a', 'a'],
      ['a*b*b', 'a-b'],
      ['a.c', 'abc'],
      ['deploy-*', 'x-deploy-x'],
    ] as const;
    for (const [pattern, text] of others)
      expect([pattern, matchText(pattern, text)]).toEqual([pattern, false]);
  });

  it('agrees with the regular expression of the pattern', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(word, text, (pattern, value) => {
        expect(matchText(pattern, value)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value));
      }),
    );
  });
});
