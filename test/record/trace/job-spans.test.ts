import { expect, test } from 'vitest';
import type { RecordedStage } from '../../../src/record/job-record.ts';
import { jobSpans } from '../../../src/record/trace/job-spans.ts';
import { sampleRecord } from '../sample-record.ts';

const stage = (sub_stage: string, rest: Partial<RecordedStage> = {}): RecordedStage => ({
  ...{ stage: 'run', sub_stage, started: '2026-11-29T12:00:00.000Z', seconds: 2, code: '' },
  outcome: 'success',
  ...rest,
});

test('a job is one span, with one below it for each stage, each where it was in time', () => {
  const stages = [
    ...sampleRecord.stages,
    stage('build_script', { outcome: 'build-failure', code: 'script-failed' }),
  ];
  const { whole, stages: spans } = jobSpans({ ...sampleRecord, stages, version: 1, to: null, tracing: null });
  const at = (time: string): number => Date.parse(`2026-11-29T${time}Z`);
  expect(whole).toMatchObject({
    start: at('11:59:57.000'),
    end: at('12:00:02.000'),
    failure: 'script-failed',
  });
  expect(whole.attributes).toMatchObject({
    'ci.job.id': 1001,
    'ci.project.id': 42,
    'k8s.node.name': 'node-7',
    'container.image.name': 'ruby:3.4',
  });
  expect(spans.map(({ name, failure }) => [name, failure])).toEqual([
    ['prepare', null],
    ['build_script', 'script-failed'],
  ]);
});

test("no span has a job's own text for its name", () => {
  const record = { ...sampleRecord, job: { ...sampleRecord.job, name: 'canary', ref: 'canary' } };
  const spans = jobSpans({ ...record, version: 1, to: null, tracing: null, pod: null });
  expect(JSON.stringify(spans)).not.toContain('canary');
});
