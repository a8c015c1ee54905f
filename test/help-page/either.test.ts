import { expect, it } from 'vitest';
import { either } from '../../src/help-page/either.ts';

it.each([
  [['a'], 'a'],
  [['a', 'b'], 'a or b'],
  [['a', 'b', 'c'], 'a, b, or c'],
])('says %j as %s', (values, words) => {
  expect(either(values)).toBe(words);
});
