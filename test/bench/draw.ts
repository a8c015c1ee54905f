// The measurements in the documentation, made of one run's results: `npm run docs` writes pictures and tables, a test holds them.
//   npm run bench -- --json docs/performance.json && npm run docs
import { readFileSync, writeFileSync } from 'node:fs';
import { drawBars } from './draw/bars.ts';
import { drawPlots } from './draw/plots.ts';
import { growthTable, type Results, rowTable } from './measure/rows.ts';

const root = new URL('../../', import.meta.url);
const place = /(?<=<!-- measured: npm run docs -->\n)[\s\S]*?(?=<!-- \/measured -->)/;

/** Path from the top of the repository, and what the file should be. @throws when a page has no place for its table */
export function measuredFiles(): ReadonlyMap<string, string> {
  const results = JSON.parse(readFileSync(new URL('docs/performance.json', root), 'utf8')) as Results;
  const { facts, rows, growth } = results;
  const made = Object.entries(facts).map(([name, value]) => `- ${name}: ${value}`);
  const page = [...made, '', rowTable(rows), growthTable(growth)].join('\n');
  return new Map([
    ['docs/performance.svg', drawBars(rows)],
    ['docs/performance-growth.svg', drawPlots(growth)],
    ['docs/performance.md', withTable('docs/performance.md', page)],
    ['README.md', withTable('README.md', rowTable(rows.filter(({ goal }) => goal !== undefined)))],
  ]);
}

function withTable(path: string, table: string): string {
  const text = readFileSync(new URL(path, root), 'utf8');
  if (!place.test(text)) throw new Error(`${path} has no place for what was measured`);
  return text.replace(place, () => table);
}

if (import.meta.main) for (const [path, text] of measuredFiles()) writeFileSync(new URL(path, root), text);
