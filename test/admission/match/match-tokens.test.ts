import { describe, expect, it } from 'vitest';
import { matchTokens } from '../../../src/admission/match/match-tokens.ts';
import { tokenizePattern } from '../../../src/admission/match/pattern-tokens.ts';

function matches(text: string, joints: readonly number[], name: string) {
  const pattern = tokenizePattern({ text, joints });
  return pattern !== null && matchTokens(pattern, name);
}

describe('matchTokens', () => {
  it('sees no second star behind a brace, and reads on behind it as at the start of a part', () => {
    expect(matches('a**', [], 'a/b')).toBe(false);
    expect(matches('a**', [1], 'a/b')).toBe(true);
    expect(matches('a**', [2], 'a/b')).toBe(false);
    expect(matches('**', [2], 'a/b')).toBe(false);
  });

  it('lets a name end before what may be nothing, unless a brace is still to come', () => {
    expect(matches('a*', [], 'a')).toBe(true);
    expect(matches('a*', [2], 'a')).toBe(false);
    expect(matches('a/**', [], 'a')).toBe(true);
    expect(matches('a/**', [1], 'a')).toBe(true);
    expect(matches('a/**', [2], 'a')).toBe(false);
  });

  it('forgets a brace once it has been passed', () => {
    // Going back to the second part, it reads a `**` where it read two stars in the first.
    expect(matches('**/**/a', [4], 'x/b/c/a')).toBe(true);
    expect(matches('**/**/a', [4], 'x/a')).toBe(true);
  });
});
