import { expect, test } from 'vitest';
import { pathPattern } from './path-pattern.ts';

test.each([
  ['out/*', ['out/a', 'out/.hidden'], ['out/a/b', 'out']],
  ['out/**', ['out', 'out/a', 'out/a/b'], ['outer']],
  ['**/*.log', ['a.log', 'x/y/a.log'], ['a.log.txt']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab']],
  ['**', ['a', 'a/b'], []],
  ['{a,b}/?.txt', ['a/1.txt', 'b/2.txt'], ['c/1.txt', 'a/12.txt']],
  ['[a-c]1', ['a1', 'c1'], ['d1']],
  ['[!a]1', ['b1'], ['a1']],
  ['a.b+c', ['a.b+c'], ['aXb+c', 'a.bbc']],
])('matches what %s means, and nothing else', (pattern, yes, no) => {
  for (const path of yes) expect(path).toMatch(pathPattern(pattern));
  for (const path of no) expect(path).not.toMatch(pathPattern(pattern));
});
