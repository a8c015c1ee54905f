// A title stands alone in a list of failures; a `describe` that looks like a function names one that there is.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './documents.ts';
import { isFragment, readTitles, titlesIn } from './test-titles.ts';

const titles = readTitles();

const exported = /^export (?:async )?(?:function\*?|const|class) (\w+)/gm;
const method = /^ {2}(\w+)\(/gm;

/** What our sources export, and what a cluster can be asked. */
function knownNames(): ReadonlySet<string | undefined> {
  const files = globSync('{src,cmd,scripts,test}/**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] });
  const sources = files.map((file) => readFileSync(join(root, file), 'utf8'));
  const cluster = readFileSync(join(root, 'src/cluster/cluster.ts'), 'utf8');
  const found = [...sources.flatMap((text) => [...text.matchAll(exported)]), ...cluster.matchAll(method)];
  return new Set(found.map(([, name]) => name));
}

describe('titlesIn', () => {
  it('finds titles with and without a table, over several lines, with quotes inside', () => {
    const source = [
      "describe.skipIf(reason).concurrent('streams', () => {",
      "  it.each([['a', 1]])('takes %s', () => {});",
      '  it.each([',
      "    ['a', 1],",
      '  ] as const)(',
      "    'doesn\\'t take %s',",
      '    () => {},',
      '  );',
      '  test("ends", { timeout: 1 }, () => {});',
    ].join('\n');

    expect(titlesIn('a', source).map(({ kind, text }) => [kind, text])).toEqual([
      ['describe', 'streams'],
      ['test', 'takes %s'],
      ['test', "doesn\\'t take %s"],
      ['test', 'ends'],
    ]);
  });
});

describe('isFragment', () => {
  it.each(['that is missing', 'is the operator', 'while its script runs', 'of %s is %s', '%s', '%j: %s'])(
    'takes %j for a fragment',
    (text) => {
      expect(isFragment(text)).toBe(true);
    },
  );

  it.each(['prepare names a policy that is missing', 'takes %s', '$name', '%s is refused', 'iterates'])(
    'takes %j for a sentence',
    (text) => {
      expect(isFragment(text)).toBe(false);
    },
  );
});

it('every test has a title that stands alone', () => {
  const fragments = titles.filter(({ kind, text }) => kind === 'test' && isFragment(text));

  expect(titles.length).toBeGreaterThan(1500);
  expect(fragments.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

it('every describe that looks like a function names one that there is', () => {
  const known = knownNames();
  const names = titles.filter(({ kind, text }) => kind === 'describe' && /^[a-z]+[A-Z]\w+$/.test(text));

  expect(names.length).toBeGreaterThan(100);
  expect(names.filter(({ text }) => !known.has(text)).map(({ file, text }) => `${file}: ${text}`)).toEqual(
    [],
  );
});
