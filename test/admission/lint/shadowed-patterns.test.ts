import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findShadowed } from '../../../src/admission/lint/shadowed-patterns.ts';
import { compilePattern } from '../../../src/admission/match/match-pattern.ts';
import { checkPattern } from '../../../src/policy/pattern/pattern.ts';

function shadowed(...patterns: string[]) {
  return findShadowed(patterns).map(({ index, by }) => `${patterns[index] ?? ''} by ${patterns[by] ?? ''}`);
}

describe('findShadowed', () => {
  it.each([
    [
      ['python:*', 'python:3.*', 'python:3'],
      ['python:3.* by python:*', 'python:3 by python:*'],
    ],
    [['r.test/*', 'r.test/**'], ['r.test/* by r.test/**']],
    [
      ['r.test/**', 'r.test/a/b:1', 'r.test'],
      ['r.test/a/b:1 by r.test/**', 'r.test by r.test/**'],
    ],
    [['{ruby,python}:*', 'ruby:*'], ['ruby:* by {ruby,python}:*']],
    [
      ['a?', 'a[bc]', 'a*'],
      ['a? by a*', 'a[bc] by a?'],
    ],
    [['a:*', 'a:*'], ['a:* by a:*']],
    [['x/*/y', 'x/**'], ['x/*/y by x/**']],
    [
      ['**/?', '?/**', '**'],
      ['**/? by **', '?/** by **'],
    ],
    [['**', '**/*'], ['**/* by **']],
    // And not the other way round: stars that meet across a brace reach over slashes, a star before a brace needs a
    // character, and alternatives end somewhere.
    [['a{*,}*', 'a*'], ['a* by a{*,}*']],
    [['a*{,:1}', 'a*'], ['a*{,:1} by a*']],
    [['x{,/*,/*/*,/*/*/*}', 'x/**'], ['x{,/*,/*/*,/*/*/*} by x/**']],
    [['a{,?,??,???}', 'a*'], ['a{,?,??,???} by a*']],
  ])('finds in %j %j', (patterns, expected) => expect(shadowed(...patterns)).toEqual(expected));

  it.each([
    [['r.test/*', 'r.test/*/*']],
    [['python:*', 'python']],
    [['python:3.*', 'python:*.1']],
    [['a[!b]', 'ac']],
    [['*:*', 'a/b:1']],
    [['x/**', 'x*']],
    [['a[.-9]*', 'a*']],
  ])('finds nothing in %j', (patterns) => expect(shadowed(...patterns)).toEqual([]));

  it('never says so of a pattern that allows a name of its own', () => {
    const part = fc.constantFrom(
      ...['*', '**', 'a', 'b', 'a*', '?', '[ab]', '{a,b}', 'a:*', '*:*', 'a?', '*b'],
      ...['a***', '{*,}*', 'a{,:*}', 'a*{,b}', '{a,**}', '**{,b}', 'a[!b]*', 'a[.-9]', '{,a/}b', 'a{**,b}'],
    );
    const pattern = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const name = fc
      .array(fc.constantFrom('a', 'b', 'ab', 'aa', 'c', 'a:1', 'ab:b', 'c:x'), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'));

    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 5 }),
        fc.array(name, { maxLength: 20 }),
        (patterns, names) => {
          const sound = patterns.filter((each) => checkPattern(each) === null);
          return findShadowed(sound).every(({ index, by }) => {
            const [inner, outer] = [compilePattern(sound[index] ?? ''), compilePattern(sound[by] ?? '')];
            return names.every((each) => !inner(each) || outer(each));
          });
        },
      ),
      { numRuns: 2000 },
    );
  });
});
