import { describe, expect, it } from 'vitest';
import { durationText } from '../../src/text/duration-text.ts';

describe('durationText', () => {
  it.each([
    [0, '0 s'],
    [119, '119 s'],
    [120, '2 min'],
    [7199, '119 min'],
    [7200, '2 h'],
    [172_799, '47 h'],
    [172_800, '2 days'],
  ])('writes %i seconds as %s', (seconds, words) => {
    expect(durationText(seconds)).toBe(words);
  });
});
