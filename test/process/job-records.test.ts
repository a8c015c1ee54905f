import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { check } from '../../cmd/check.ts';
import { writeRecord } from '../../cmd/write-record.ts';
import { formatRecord, type JobRecord } from '../../src/record/job-record.ts';
import { recordedImage, sampleRecord } from '../record/sample-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'job-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lineOf = (id: number, padding = 0): string =>
  formatRecord({ ...sampleRecord, job: { ...sampleRecord.job, id, name: 'x'.repeat(padding) } });
const idsIn = (file: string): number[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as JobRecord).job.id);

describe('records of jobs', () => {
  it('records of hundreds of jobs that end at once have a line each', async () => {
    const file = join(folder, 'many.jsonl');
    const ids = Array.from({ length: 300 }, (_, id) => id);
    await Promise.all(ids.map((id) => writeRecord(file, lineOf(id, id * 50))));
    expect(idsIn(file).sort((a, b) => a - b)).toEqual(ids);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('a file that is rotated away is followed by a new one', async () => {
    const file = join(folder, 'rotated.jsonl');
    await writeRecord(file, lineOf(1));
    renameSync(file, `${file}.1`);
    await writeRecord(file, lineOf(2));
    expect([idsIn(`${file}.1`), idsIn(file)]).toEqual([[1], [2]]);
  });

  it('nothing is written through a link, into a device, or where there is no folder', async () => {
    const target = join(folder, 'target');
    writeFileSync(target, '');
    symlinkSync(target, join(folder, 'link'));
    await expect(writeRecord(join(folder, 'link'), lineOf(1))).rejects.toThrow(/ELOOP/);
    await expect(writeRecord('/dev/full', lineOf(1))).rejects.toThrow('it is not a file');
    await expect(writeRecord(join(folder, 'no', 'folder'), lineOf(1))).rejects.toThrow(/ENOENT/);
    mkdirSync(join(folder, 'directory'));
    await expect(writeRecord(join(folder, 'directory'), lineOf(1))).rejects.toThrow(/EISDIR/);
    expect(readFileSync(target, 'utf8')).toBe('');
  });
});

async function against(policy: object, records: string, ...more: string[]) {
  const [policyFile, recordsFile] = [join(folder, 'policy.yaml'), join(folder, 'records.jsonl')];
  writeFileSync(policyFile, JSON.stringify({ cluster: { namespace: 'ci' }, ...policy }));
  writeFileSync(recordsFile, records);
  let stdout = '';
  const code = await check.call(['--policy', policyFile, '--against', recordsFile, ...more], {
    env: {},
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: () => true },
    signal: new AbortController().signal,
  });
  return { code, stdout };
}

describe('check --against', () => {
  const records = ['ruby:3.4', 'python:3', 'python:3']
    .map((asked) => formatRecord({ ...sampleRecord, images: [recordedImage(asked)] }))
    .join('');

  it('check --against says what a policy would newly refuse, and ends with 1', async () => {
    const { code, stdout } = await against({ allowed_images: ['ruby:*'] }, records);
    expect(code).toBe(1);
    expect(stdout).toContain('3 jobs: 2 that were admitted would be refused');
    expect(stdout).toContain('refused   image python:3');
  });

  it('check --against ends with 0 where nothing changes, and speaks JSON', async () => {
    const { code, stdout } = await against({}, records, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ jobs: 3, unreadable: 0, refused: 0, admitted: 0, names: [] });
  });

  it('check --against does not say yes of a file in which no line is a record', async () => {
    await expect(against({}, 'allowed_images:\n- ruby\n')).rejects.toThrow(/no line of it is the record/);
    expect((await against({}, '')).code).toBe(0);
    expect((await against({}, `half a line\n${records}`)).code).toBe(0);
  });

  it('check --against names a file that it cannot read', async () => {
    rmSync(join(folder, 'records.jsonl'), { force: true });
    const file = join(folder, 'none.jsonl');
    writeFileSync(join(folder, 'policy.yaml'), 'cluster: {namespace: ci}\n');
    const call = check.call(['--policy', join(folder, 'policy.yaml'), '--against', file], {
      env: {},
      stdout: { write: () => true },
      stderr: { write: () => true },
      signal: new AbortController().signal,
    });
    await expect(call).rejects.toThrow(/Cannot read the records .*none.jsonl: there is no such file/);
  });
});
