import { expect, test } from 'vitest';
import { formatRecord, maxRecordBytes, recordedText } from '../../src/record/job-record.ts';
import { recordedImage, sampleRecord } from './sample-record.ts';

test('a record is one line of JSON, which begins with its version', () => {
  const text = formatRecord(sampleRecord);
  expect(text).toMatch(/^\{"record":1,"at":"[^\n]*\}\n$/);
  expect(JSON.parse(text)).toEqual(sampleRecord);
});

test('a record stays small, whatever a job asks for', () => {
  const images = Array.from({ length: 33 }, () =>
    recordedImage('é'.repeat(300), { canonical: '\\'.repeat(300) }),
  );
  const stages = Array.from({ length: 40 }, () => ({ ...sampleRecord.stages[0]!, code: 'x'.repeat(300) }));
  const text = formatRecord({ ...sampleRecord, images, stages });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxRecordBytes);
  expect(JSON.parse(text)).toMatchObject({ record: 1, job: sampleRecord.job });
});

test("a job's text moves no cursor, has one line, and an end", () => {
  expect(recordedText('a\u001b[2Jb\nc\u2028d\u202ee')).toBe('a?[2Jb c?d?e');
  expect(recordedText('x'.repeat(5000))).toHaveLength(301);
});
