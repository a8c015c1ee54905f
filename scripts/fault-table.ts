// The table of faults in docs/reliability.md, made of the tags in the tests that show it: `npm run docs` writes it, a test holds it.
//
// A tag is a comment above a test: `@promise log: a cut in mid-output — log byte-identical`. The word before the colon is one of
// `promises`. Where several tests show one fault, the first says what happens; the others repeat the fault alone.
import { globSync, readFileSync, writeFileSync } from 'node:fs';

/** The promises of docs/reliability.md, by the word that a tag begins with, in the order of the page. */
export const promises = new Map([
  ['code', "The exit code is the script's own"],
  ['log', 'The log is whole'],
  ['once', 'A script runs once'],
  ['outage', 'An outage is waited out'],
  ['stop', 'What is stopped stays stopped'],
  ['start', 'A pod that does not start says why'],
  ['death', 'A pod that dies says why'],
  ['harm', 'A job harms only itself'],
  ['leftovers', 'Nothing is left behind'],
  ['setting', 'Images, credentials and clusters may be as they are'],
]);

/** What a tag may stand above: a test, a story, or a trial of test/soak. */
const tested = ['test/**/*.test.ts', 'test/scenarios/*/expected.yaml', 'test/soak/*.ts'];

/** Suites that `npm run test:cluster` runs on a real cluster, too. What needs a broken API server is skipped there. */
const runsOnRealClusters = /^test\/(cluster\/(core|sweep)|attack\/(a-|nothing-)[a-z-]+)\.test\.ts$/;

const tag = /^ *(?:\/\/|#) @promise (?<promise>\w+): (?<fault>.+?)(?: — (?<outcome>.+))?$/;
const place = /(?<=<!-- faults: npm run docs -->\n)[\s\S]*?(?=<!-- \/faults -->)/;
const page = new URL('../docs/reliability.md', import.meta.url);
const root = new URL('..', import.meta.url);

export interface Fault {
  readonly promise: string;
  readonly fault: string;
  readonly outcome: string;
  /** Files with tests that show it, from the top of the repository. */
  readonly files: readonly string[];
}

interface Tag {
  readonly promise: string;
  readonly fault: string;
  readonly outcome: string | undefined;
  readonly file: string;
}

/** @throws when a tag is misspelt, or stands above no test */
export function readTags(file: string, text: string): readonly Tag[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (!/^ *(?:\/\/|#) @promise\b/.test(line)) return [];
    const { promise = '', fault = '', outcome } = tag.exec(line)?.groups ?? {};
    if (!promises.has(promise)) throw new Error(`${file}:${index + 1}: not "@promise WORD: fault — outcome"`);
    if (!isTest(file, lines.slice(index + 1)))
      throw new Error(`${file}:${index + 1}: this tag stands above no test`);
    return [{ promise, fault, outcome, file }];
  });
}

/** Do these lines, after more tags and comments, begin with something that can fail? In test/soak that is a named trial. */
function isTest(file: string, lines: readonly string[]): boolean {
  const next = lines.find((line) => !/^ *(?:\/\/|#)/.test(line)) ?? '';
  if (file.endsWith('.yaml')) return next.startsWith('story: ');
  if (file.endsWith('.test.ts')) return /^ *(?:it|test)\b(?!\.(?:skip|todo)\b)/.test(next);
  return /^ *(?:\{ name: |record\()?['"]/.test(next);
}

/** Every fault once, in the order of the promises. @throws when a fault has no outcome, or two */
export function collectFaults(tags: readonly Tag[]): readonly Fault[] {
  const faults = [...Map.groupBy(tags, ({ fault }) => fault)].map(([fault, same]) => {
    const outcomes = new Set(same.flatMap(({ outcome }) => outcome ?? []));
    const kinds = new Set(same.map(({ promise }) => promise));
    const [outcome] = outcomes;
    const [promise] = kinds;
    if (outcome === undefined || promise === undefined || outcomes.size > 1 || kinds.size > 1)
      throw new Error(
        `"${fault}" needs one promise and one outcome in ${same.map(({ file }) => file).join(', ')}`,
      );
    return { promise, fault, outcome, files: [...new Set(same.map(({ file }) => file))].sort() };
  });
  return [...promises.keys()].flatMap((word) => faults.filter(({ promise }) => promise === word));
}

/** The faults of all tags in the repository. */
export function findFaults(): readonly Fault[] {
  const files = globSync(tested, { cwd: root.pathname, exclude: ['**/node_modules/**'] }).sort();
  return collectFaults(files.flatMap((file) => readTags(file, readFileSync(new URL(file, root), 'utf8'))));
}

/** `[cluster/core](../test/cluster/core.test.ts)`, with a star where it runs on a real cluster, too. */
function linkTo(file: string): string {
  const name = file.replace(/^test\//, '').replace(/(\.test)?\.ts$|\/expected\.yaml$/, '');
  return `[${name}](../${file})${runsOnRealClusters.test(file) ? '\\*' : ''}`;
}

export function faultTable(faults: readonly Fault[]): string {
  const tables = [...promises].map(([word, title]) => {
    const rows = faults
      .filter(({ promise }) => promise === word)
      .map(({ fault, outcome, files }) => `| ${fault} | ${outcome} | ${files.map(linkTo).join(', ')} |`);
    return [`### ${title}`, '', '| fault | what happens | shown by |', '|---|---|---|', ...rows, ''].join(
      '\n',
    );
  });
  return `\n${tables.join('\n')}\n`;
}

/** docs/reliability.md with the table as it should be. @throws when its place on the page is gone */
export function reliabilityWithTable(): string {
  const text = readFileSync(page, 'utf8');
  if (!place.test(text)) throw new Error('docs/reliability.md has no place for the table of faults');
  const table = faultTable(findFaults());
  return text.replace(place, () => table);
}

if (import.meta.main) writeFileSync(page, reliabilityWithTable());
