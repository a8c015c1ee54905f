import { expect, it } from 'vitest';
import { shortList } from '../../src/text/short-list.ts';

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a, b'],
  [Array.from({ length: 10 }, (_, index) => String(index)), '0, 1, 2, 3, 4, 5, 6, 7, 8, 9'],
  [
    Array.from({ length: 60_000 }, (_, index) => String(index)),
    '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 59990 more',
  ],
  [['a'.repeat(101), 'b'.repeat(100)], `${'a'.repeat(100)}…, ${'b'.repeat(100)}`],
])('shows the first ten, and the start of each', (texts, expected) => {
  expect(shortList(texts)).toBe(expected);
});
