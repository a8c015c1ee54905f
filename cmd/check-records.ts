// `check --against`: reads records of jobs, line by line, and asks a policy what it would do to them.
import { createReadStream, statSync } from 'node:fs';
import { reportComparison } from '../src/check/record-report.ts';
import { describeReadError } from '../src/files/read-file-to-end.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';
import { compareRecords } from '../src/record/compare-records.ts';
import { maxRecordBytes } from '../src/record/job-record.ts';
import type { CommandIo } from './command/command-io.ts';
import { readPolicyFile } from './policy-file.ts';

const someRefused = 1;
const chunkBytes = 1024 * 1024;
/** A full disk may leave many halves in one line. */
const maxLineLength = 64 * maxRecordBytes;

interface RecordsInput {
  readonly policyFile: string;
  readonly recordsFile: string;
  readonly asJson: boolean;
  readonly io: CommandIo;
}

/** @returns the exit code. @throws SystemFailure when a file cannot be read */
export async function checkRecords({ policyFile, recordsFile, asJson, io }: RecordsInput): Promise<number> {
  const { policy } = readPolicyFile(policyFile);
  const comparer = compareRecords(policy);
  try {
    if (!statSync(recordsFile).isFile()) throw new Error('it is not a file');
    const input = createReadStream(recordsFile, {
      signal: io.signal,
      encoding: 'utf8',
      highWaterMark: chunkBytes,
    });
    let begun = '';
    for await (const chunk of input as AsyncIterable<string>) {
      const lines = (begun + chunk).split('\n');
      begun = lines.pop() ?? '';
      // No record is as long; a file of another kind, without lines, must not grow in memory.
      if (begun.length > maxLineLength) throw new Error('it holds a line that is too long for a record');
      for (const line of lines) comparer.add(line);
    }
    comparer.add(begun);
  } catch (cause) {
    throw unreadable(recordsFile, describeReadError(cause), cause);
  }
  const found = comparer.result();
  // A yes about nothing would pass for a yes about all jobs.
  if (found.jobs === 0 && found.unreadable > 0)
    throw unreadable(recordsFile, 'no line of it is the record of a job');
  io.stdout.write(asJson ? `${JSON.stringify(found)}\n` : reportComparison(found));
  return found.refused > 0 ? someRefused : 0;
}

const unreadable = (file: string, why: string, cause?: unknown): SystemFailure =>
  new SystemFailure(
    'usage',
    {
      what: `Cannot read the records ${file}: ${why}.`,
      operator: 'give the file that `job_records` of the policy names, or one that was rotated away from it.',
    },
    { cause },
  );
