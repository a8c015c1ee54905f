// What docs/allow-lists.md and the files to copy teach about patterns is what the matcher does with them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintPattern } from '../../src/admission/lint/lint-pattern.ts';
import { compilePattern } from '../../src/admission/match/match-pattern.ts';
import { checkPattern } from '../../src/policy/pattern/pattern.ts';
import { root } from './documents.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = read('docs/allow-lists.md');

interface Row {
  readonly pattern: string;
  readonly allowed: readonly string[];
  readonly rejected: readonly string[];
  readonly instead: string | null;
}

/** `name`, **`name`**; names with a … stand for many, and what follows a colon is a reason. */
function namesIn(cell = ''): readonly string[] {
  const [names = ''] = cell.split(/`\*{0,2}: /);
  const closed = (names.match(/`/g) ?? []).length % 2 === 0 ? names : `${names}\``;
  return [...closed.matchAll(/`([^`]+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.includes('…'));
}

/** The rows of the tables that say what a pattern allows. */
function rowsOf(text: string): readonly Row[] {
  const tables = text.split('\n\n').filter((block) => block.startsWith('| pattern | allows | and not |'));
  return tables.flatMap((table) =>
    table
      .split('\n')
      .slice(2)
      .flatMap((line) => {
        const [, patterns, allows, rejects, instead] = line.split('|');
        return namesIn(patterns).map((pattern) => ({
          pattern,
          allowed: namesIn(allows),
          rejected: namesIn(rejects),
          instead: namesIn(instead)[0] ?? null,
        }));
      }),
  );
}

const rows = rowsOf(page);

describe('docs/allow-lists.md', () => {
  it('the page has its tables of patterns', () => {
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter(({ instead }) => instead !== null)).toHaveLength(6);
  });

  it.each(rows)(
    'the page says of $pattern what it allows, and what not',
    ({ pattern, allowed, rejected }) => {
      const matches = compilePattern(pattern);

      expect(checkPattern(pattern)).toBeNull();
      expect(allowed.length).toBeGreaterThan(0);
      expect(allowed.filter((name) => !matches(name))).toEqual([]);
      expect(rejected.filter(matches)).toEqual([]);
    },
  );

  it.each(rows.filter(({ instead }) => instead !== null))(
    'the page has a better pattern in place of $pattern, and the linter agrees',
    ({ pattern, instead }) => {
      expect(lintPattern(pattern)).not.toBeNull();
      expect(lintPattern(instead ?? '')).toBeNull();
    },
  );
});

it.each(['docs/allow-lists.md', 'config/policy.yaml'])(
  'teaches `{,:*,@*}` in %s only where it is right',
  (path) => {
    const warned = /^### Stars beside braces$[\s\S]*?^##/m;
    const taught = [
      ...read(path)
        .replace(warned, '')
        .matchAll(/[`"]([^`"\s]+\{,:\*,@\*\})[`"]/g),
    ].map(([, pattern = '']) => pattern);

    expect(taught.length).toBeGreaterThan(0);
    expect(taught.map((pattern) => [pattern, checkPattern(pattern), lintPattern(pattern)])).toEqual(
      taught.map((pattern) => [pattern, null, null]),
    );
  },
);
