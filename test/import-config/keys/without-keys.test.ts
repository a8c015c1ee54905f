import { expect, it } from 'vitest';
import { withoutKeys } from '../../../src/import-config/keys/without-keys.ts';

it('withoutKeys leaves out values at their paths, and a list as a whole', () => {
  const value = { a: 1, b: { c: 2, d: 3 }, e: [{ f: 1 }, { f: 2 }] };
  expect(withoutKeys(value, [['a'], ['b', 'c'], ['e', 1, 'f'], ['gone', 'x']])).toEqual({ b: { d: 3 } });
  expect(value).toHaveProperty('a');
});
