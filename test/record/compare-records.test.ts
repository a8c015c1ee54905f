import { describe, expect, it } from 'vitest';
import { compareRecords } from '../../src/record/compare-records.ts';
import { formatRecord, type JobRecord } from '../../src/record/job-record.ts';
import { samplePolicy } from '../pod/sample-job.ts';
import { recordedImage, sampleRecord } from './sample-record.ts';

const policy = {
  ...samplePolicy,
  allowed_images: [{ pattern: 'ruby:*' }],
  allowed_services: [{ pattern: 'postgres:*' }],
  rules: [{ when: { projects: ['infra/**'] }, allowed_images: [{ pattern: 'kaniko:*' }] }],
};

const of = (path: string, ...images: JobRecord['images'][number][]): JobRecord => ({
  ...sampleRecord,
  job: { ...sampleRecord.job, project: { ...sampleRecord.job.project, path } },
  images,
});

function compare(records: readonly (JobRecord | string)[], changed = policy) {
  const comparer = compareRecords(changed);
  for (const record of records)
    comparer.add(typeof record === 'string' ? record : formatRecord(record).trimEnd());
  return comparer.result();
}

describe('compareRecords', () => {
  it('says which names would be refused now, of whom, and why; the most frequent first', () => {
    const found = compare([
      of('a/one', recordedImage('python:3'), recordedImage('postgres:16', { kind: 'service' })),
      of('a/two', recordedImage('python:3')),
      of('a/one', recordedImage('node:20')),
      of('a/one', recordedImage('ruby:3.4')),
    ]);
    expect(found).toMatchObject({ jobs: 4, refused: 3, admitted: 0, unreadable: 0 });
    expect(
      found.names.map(({ image, change, jobs, projects, projectCount }) => [
        image,
        change,
        jobs,
        projects,
        projectCount,
      ]),
    ).toEqual([
      ['python:3', 'refused', 2, ['a/one', 'a/two'], 2],
      ['node:20', 'refused', 1, ['a/one'], 1],
    ]);
    expect(found.names[0]?.reason).toMatch(/\.$/);
  });

  it('says which would be admitted now, of a job only where nothing else is in its way', () => {
    const no = { allowed: false, code: 'no-match', pattern: null };
    const found = compare([
      of('a/one', recordedImage('ruby:3.4', no)),
      of('a/one', recordedImage('ruby:3.4', no), recordedImage('redis', { ...no, kind: 'service' })),
    ]);
    expect(found).toMatchObject({ jobs: 2, refused: 0, admitted: 1 });
    expect(found.names).toMatchObject([{ image: 'ruby:3.4', change: 'admitted', jobs: 2 }]);
  });

  it('evaluates each job with the rules of its own project', () => {
    const found = compare([
      of('infra/a', recordedImage('kaniko:1')),
      of('team/a', recordedImage('kaniko:1')),
    ]);
    expect(found).toMatchObject({ refused: 1, names: [{ image: 'kaniko:1', projects: ['team/a'] }] });
  });

  it('a job without an image needs a default one', () => {
    const records = [of('a/one', recordedImage('', { code: 'default-image', pattern: null }))];
    expect(compare(records)).toMatchObject({ refused: 1 });
    expect(compare(records, { ...policy, default_image: 'ruby' })).toMatchObject({
      refused: 0,
    });
  });

  it('counts lines that are no records, and finds one behind the half line that a full disk left', () => {
    const whole = formatRecord(of('a/one', recordedImage('python:3'))).trimEnd();
    const named = of('a/one', recordedImage('x{"record":1,"images":[]}'));
    const found = compare([
      whole.slice(0, 200) + whole,
      'garbage',
      '',
      '{"record":2}',
      '{"record":1}',
      whole.slice(0, 100),
      named,
    ]);
    expect(found).toMatchObject({ jobs: 2, unreadable: 4, refused: 2 });
  });
});
