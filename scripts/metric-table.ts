// The operator guide's table of metrics, made of their own definitions: `npm run docs` writes it, a test holds it.
import { readFileSync, writeFileSync } from 'node:fs';
import { metrics } from '../src/resident/metrics.ts';

const guide = new URL('../docs/operator-guide.md', import.meta.url);
const place = /(?<=<!-- metrics: npm run docs -->\n)[\s\S]*?(?=<!-- \/metrics -->)/;

/** The guide with the table as it should be. @throws when its place in the guide is gone */
export function guideWithTable(): string {
  const text = readFileSync(guide, 'utf8');
  if (!place.test(text)) throw new Error('docs/operator-guide.md has no place for the table of metrics');
  const rows = Object.values(metrics).map(({ name, type, labels, help }) => {
    const shown = labels.map((label) => `\`${label}\``).join(', ') || '–';
    return `| \`${name}\` | ${type} | ${shown} | ${help} |`;
  });
  const table = ['| metric | type | labels | says |', '|---|---|---|---|', ...rows, ''].join('\n');
  return text.replace(place, () => table);
}

if (import.meta.main) writeFileSync(guide, guideWithTable());
