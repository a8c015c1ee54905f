import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isThere, root } from './documents.ts';

const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');

interface Row {
  readonly fault: string;
  readonly promised: string;
  readonly shownBy: string;
}

const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => {
    const [, fault = '', promised = '', shownBy = ''] = line.split('|').map((cell) => cell.trim());
    return { fault, promised, shownBy };
  });

/** Each title with the file that stands before it. */
function testsNamedIn(shownBy: string): readonly { readonly file: string; readonly title: string }[] {
  const files = shownBy.split(/(?=`test\/[\w./-]+`)/).filter((part) => part.startsWith('`test/'));
  return files.flatMap((part) => {
    const [, file = '', words = ''] = /^`([^`]+)`(.*)$/.exec(part) ?? [];
    return [...words.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({ file, title }));
  });
}

/** As it stands in the source, where a quote of the same kind would be escaped. */
const hasTitle = (file: string, title: string): boolean =>
  isThere(file) && readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'").includes(title);

it('has a table of faults', () => {
  expect(rows.length).toBeGreaterThan(30);
});

describe.each(rows)('$fault', ({ promised, shownBy }) => {
  it('has a promise, and tests that exist by that title', () => {
    expect(promised).not.toBe('');
    const named = testsNamedIn(shownBy);

    expect(named).not.toEqual([]);
    expect(named.filter(({ file, title }) => !hasTitle(file, title))).toEqual([]);
  });
});
