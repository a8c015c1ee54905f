import { describe, expect, it } from 'vitest';
import { sentence } from '../../src/text/sentence.ts';

describe('sentence', () => {
  it.each([
    ['no space left on device', 'no space left on device.'],
    ['There is no image.', 'There is no image.'],
  ])('ends with one full stop: %s', (text, expected) => {
    expect(sentence(text)).toBe(expected);
  });
});
