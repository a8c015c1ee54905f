// docs/job-records.md has each field of a record, and no other.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sampleRecord } from '../record/sample-record.ts';

const page = readFileSync('docs/job-records.md', 'utf8');

/** `a.b`, `a[].b`: each value's place. */
function places(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    return typeof first === 'object' ? places(first, `${at}[]`) : [at];
  }
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, child]) => places(child, at === '' ? key : `${at}.${key}`));
}

test('the table of fields is what a record has', () => {
  const record = { ...sampleRecord, findings: [{ kind: 'user', key: 'image:kubernetes:user' }] };
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const documented = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(documented.toSorted()).toEqual([...places(record), 'pod'].toSorted());
});
