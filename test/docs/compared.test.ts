// docs/compared-with-gitlabs-executor.md is what import-config does.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pageWithTables } from '../../scripts/comparison-table.ts';
import { allRows } from '../../src/import-config/rows/all-rows.ts';

const page = readFileSync('docs/compared-with-gitlabs-executor.md', 'utf8');

it('the page has the tables of the rows that import-config goes by', () => {
  expect(page, 'it is stale; run: npm run docs').toBe(pageWithTables());
});

it('the page has a line for each row', () => {
  const lines = page.split('\n').filter((line) => /^\| `/.test(line));

  expect(lines).toHaveLength(allRows.length);
});
