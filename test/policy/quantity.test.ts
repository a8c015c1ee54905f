import { describe, expect, it } from 'vitest';
import { readQuantity } from '../../src/policy/quantity.ts';

describe('readQuantity', () => {
  it.each([
    ['2', 2],
    ['500m', 0.5],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1Ki', 1024],
    ['64Mi', 67_108_864],
    ['1G', 1e9],
    ['1e3', 1000],
    ['1E', 1e18],
    ['2E3', 2000],
  ])('reads %s as %d', (text, expected) => expect(readQuantity(text)).toBe(expected));

  it.each(['', '5 GB', '-1', '1gi', '1mi', 'lots', '1.', 'Mi', '0x10'])(
    'takes "%s" for no quantity',
    (text) => {
      expect(readQuantity(text)).toBeNull();
    },
  );
});
