import { describe, expect, it } from 'vitest';
import {
  compileIncludePattern,
  folderOf,
  isIncludePattern,
} from '../../../src/ci-file/includes/include-pattern.ts';

describe('compileIncludePattern', () => {
  it.each([
    [
      'ci/*.yml',
      ['ci/a.yml', 'ci/.yml', 'ci/.a.yml'],
      ['ci/a.yaml', 'ci/b/a.yml', 'xci/a.yml', 'ci/a.yml.x'],
    ],
    ['ci/**.yml', ['ci/a.yml', 'ci/b/a.yml', 'ci/b/c/.yml'], ['ci.yml', 'x/ci/a.yml']],
    ['ci/**/*.yml', ['ci/b/a.yml', 'ci/b/c/a.yml'], ['ci/a.yml']],
    ['**/x.yml', ['a/x.yml', 'a/b/x.yml'], ['x.yml']],
    ['a*b*c.yml', ['abc.yml', 'axbxbc.yml'], ['ab.yml', 'a/b/c.yml']],
    ['***', ['a/b', ''], []],
    ['a.[bc]?{d}*', ['a.[bc]?{d}', 'a.[bc]?{d}x'], ['a.bc', 'axbd']],
    ['é*', ['é', 'ég'], ['e']],
  ])('matches the paths that %s means, and no others', (pattern, matching, others) => {
    const matches = compileIncludePattern(pattern);

    expect(matching.filter((path) => !matches(path))).toEqual([]);
    expect(others.filter(matches)).toEqual([]);
  });

  it('takes no longer for a pattern that means to take long', () => {
    expect(compileIncludePattern(`${'**a'.repeat(300)}b`)('a'.repeat(4000))).toBe(false);
  });
});

it('knows a pattern by its star alone', () => {
  expect(['ci/*.yml', 'ci/[a].yml', 'ci/?.yml', '{a,b}.yml'].map(isIncludePattern)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it.each([
  ['*.yml', ''],
  ['**/x.yml', ''],
  ['ci/*.yml', 'ci'],
  ['ci/a*/x.yml', 'ci'],
  ['ci/a/b-*.yml', 'ci/a'],
])('finds the folder of %s', (pattern, folder) => {
  expect(folderOf(pattern)).toBe(folder);
});
