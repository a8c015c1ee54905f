import { describe, expect, it } from 'vitest';
import { painter } from '../../src/text/text-style.ts';

describe('painter', () => {
  it.each([
    [true, 'red', '\u001b[31;1mword\u001b[0;m'],
    [true, 'plain', 'word'],
    [false, 'red', 'word'],
  ] as const)('paints with colours (%s) in %s', (hasColours, colour, text) => {
    expect(painter({ width: 100, hasColours }, colour)('word')).toBe(text);
  });
});
