import { expect, test } from 'vitest';
import { sanitizeCacheKey } from './cache-key.ts';

test.each([
  ['default-protected', 'default-protected'],
  ['a/b', 'a/b'],
  ['../../etc', 'etc'],
  ['key/../odd%2fone ', 'odd/one'],
  ['a%2E%2E/b\\c', 'a../b/c'],
  ['a/ / ', 'a'],
  ['..', ''],
  ['', ''],
])('makes %j the path %j', (key, path) => {
  expect(sanitizeCacheKey(key)).toBe(path);
});
