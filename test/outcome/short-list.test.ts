import { expect, it } from 'vitest';
import { shortList } from '../../src/outcome/short-list.ts';

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a, b'],
  [Array.from({ length: 10 }, (_, index) => String(index)), '0, 1, 2, 3, 4, 5, 6, 7, 8, 9'],
  [
    Array.from({ length: 60_000 }, (_, index) => String(index)),
    '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 59990 more',
  ],
])('shows the first ten', (texts, expected) => {
  expect(shortList(texts)).toBe(expected);
});
