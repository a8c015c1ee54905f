import { expect, it } from 'vitest';
import { indexPatterns } from '../../../src/admission/match/pattern-index.ts';

it('finds every pattern that matches a name, of those that are wanted', () => {
  const patterns = ['a:*', '*', 'a/**', '{a,b}:1', 'b:*', '**', '\\[::1\\]/x'];
  const all = indexPatterns(patterns);
  const some = indexPatterns(patterns, (pattern) => pattern.includes('**'));

  expect([...all.matching('a:1')].sort()).toEqual([0, 1, 3, 5]);
  expect([...all.matching('a')].sort()).toEqual([1, 2, 5]);
  expect([...all.matching('[::1]/x')].sort()).toEqual([5, 6]);
  expect([...some.matching('a/b')].sort()).toEqual([2, 5]);
});
