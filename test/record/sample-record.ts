import type { JobRecord, RecordedImage } from '../../src/record/job-record.ts';

export const recordedImage = (asked: string, rest: Partial<RecordedImage> = {}): RecordedImage => ({
  ...{ container: 'build', kind: 'image', asked, canonical: asked, allowed: true, code: 'pattern' },
  ...{ pattern: '*', rule: null, digest: null, signed_by: [] },
  ...rest,
});

export const sampleRecord: JobRecord = {
  record: 1,
  at: '2026-11-29T12:00:00.000Z',
  job: {
    id: 1001,
    name: 'unit tests',
    project: { id: 42, path: 'group/project', namespace_id: 7 },
    ref: 'main',
    protected: true,
  },
  policy: 'c0ffee123456',
  profile: null,
  images: [recordedImage('ruby:3.4')],
  findings: [],
  pod: {
    name: 'job-1001-rand0002',
    node: 'node-7',
    uid: '1000',
    uid_map: '0 1 65536',
    ready_seconds: 2.5,
    workspace: null,
  },
  stages: [
    {
      stage: 'prepare',
      sub_stage: '',
      started: '2026-11-29T11:59:57.000Z',
      seconds: 3,
      outcome: 'success',
      code: '',
    },
  ],
  outcome: 'success',
  code: '',
};
