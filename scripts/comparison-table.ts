// The tables of docs/compared-with-gitlabs-executor.md, made of the rows that import-config goes by and of what was measured: `npm
// run docs` writes them, a test holds them.
import { readFileSync, writeFileSync } from 'node:fs';
import { knownSource, knownVersion } from '../src/import-config/keys/known-keys.ts';
import { connectionRows } from '../src/import-config/rows/connection-rows.ts';
import { dockerRows } from '../src/import-config/rows/docker-rows.ts';
import { imageRows } from '../src/import-config/rows/image-rows.ts';
import { lifeRows } from '../src/import-config/rows/life-rows.ts';
import { placementRows } from '../src/import-config/rows/placement-rows.ts';
import { resourceRows } from '../src/import-config/rows/resource-rows.ts';
import { type Row as KeyRow, verdictWords } from '../src/import-config/rows/row.ts';
import { runnerRows } from '../src/import-config/rows/runner-rows.ts';
import { securityRows } from '../src/import-config/rows/security-rows.ts';
import { otherVolumeRows, volumeRows } from '../src/import-config/rows/volume-rows.ts';
import { quantity, type Results, type Row, type Sample } from '../test/bench/measure/rows.ts';

const root = new URL('../', import.meta.url);
const page = new URL('../docs/compared-with-gitlabs-executor.md', import.meta.url);
const place = /(?<=<!-- keys: npm run docs -->\n)[\s\S]*?(?=<!-- \/keys -->)/;

const measuredPlace = /(?<=<!-- measured: npm run docs -->\n)[\s\S]*?(?=<!-- \/measured -->)/;

/** docs/kubernetes-executor.json: the other side of some rows of docs/performance.json. */
interface TheirRow {
  readonly what: string;
  readonly unit: Row['unit'];
  readonly byDefault: Sample;
  readonly tuned: Sample;
}

const ofKubernetes = ({ section }: KeyRow): boolean => section === 'kubernetes';
const ofDocker = ({ section }: KeyRow): boolean => section === 'docker';

const topics: Readonly<Record<string, readonly KeyRow[]>> = {
  'The cluster': connectionRows,
  'Images and services': imageRows.filter(ofKubernetes),
  'Requests, limits, and what jobs may set of them': resourceRows,
  'Users and security': securityRows,
  'Nodes, labels, accounts, network': placementRows,
  Volumes: [...volumeRows, ...otherVolumeRows],
  'Times, hooks, patches': lifeRows,
  '`[runners.docker]`': [...imageRows.filter(ofDocker), ...dockerRows],
  '`[[runners]]` and the file itself': runnerRows,
};

/** The page with its tables as they should be. @throws when their place in the page is gone */
export function pageWithTables(): string {
  const text = readFileSync(page, 'utf8');
  if (!place.test(text))
    throw new Error('docs/compared-with-gitlabs-executor.md has no place for the tables');
  const tables = Object.entries(topics).flatMap(([title, rows]) => [
    `### ${title}`,
    '',
    '| key | here | becomes | |',
    '|---|---|---|---|',
    ...rows.map(line),
    '',
  ]);
  const source = `Keys of GitLab Runner ${knownVersion},\n[common/config.go](${knownSource}).`;
  if (!measuredPlace.test(text))
    throw new Error('docs/compared-with-gitlabs-executor.md has no place for what was measured');
  return text
    .replace(place, () => [source, '', ...tables].join('\n'))
    .replace(measuredPlace, () =>
      measuredTable(
        readJson('docs/performance.json') as Results,
        readJson('docs/kubernetes-executor.json') as { rows: TheirRow[] },
      ),
    );
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

function measuredTable(ours: Pick<Results, 'rows'>, theirs: { readonly rows: readonly TheirRow[] }): string {
  const lines = theirs.rows.map(({ what, unit, byDefault, tuned }) => {
    const row = ours.rows.find((each) => each.what === what && each.unit === unit);
    if (row === undefined) throw new Error(`docs/performance.json has no row "${what}" in ${unit}`);
    return `| ${[what, ...[row.ours, byDefault, tuned].map((sample) => quantity(sample, unit))].join(' | ')} |`;
  });
  return ["| | here | GitLab's, by default | GitLab's, tuned |", '|---|---|---|---|', ...lines, ''].join(
    '\n',
  );
}

function line({ keys, verdict, becomes, says }: KeyRow): string {
  // What is below a key that stands here goes with it.
  const shown = keys.filter((key) => !(key.endsWith('.*') && keys.includes(key.slice(0, -2))));
  const names = shown.map((key) => `\`${key}\``).join(', ');
  return `| ${names} | ${verdictWords[verdict]} | ${becomes === '' ? '' : `\`${becomes}\``} | ${says.replaceAll('|', '\\|')} |`;
}

if (import.meta.main) writeFileSync(page, pageWithTables());
