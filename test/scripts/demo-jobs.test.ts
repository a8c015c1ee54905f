import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { demoJobs } from '../../scripts/demo-jobs.ts';
import { listCiJobs } from '../model-runner/gitlab/read-ci-job.ts';
import { makeRepository, makeScratch } from '../model-runner/recorder/run-recorded.ts';
import type { JobResult } from '../model-runner/result.ts';

const result = (parts: Partial<JobResult>) =>
  ({
    calls: [],
    artifacts: [],
    caches: [],
    readableTrace: '',
    failureReason: null,
    exitCode: null,
    ...parts,
  }) as unknown as JobResult;

const faultsOf = (name: string, end: JobResult) =>
  demoJobs[name]?.proofs(end).flatMap(({ fault }) => fault ?? []);

test('knows every job of the demo project', () => {
  using scratch = makeScratch();
  const file = readFileSync(new URL('../demo-project/.gitlab-ci.yml', import.meta.url), 'utf8');
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': file });

  expect(listCiJobs({ repository })).toEqual(Object.keys(demoJobs));
});

test('a job that fails in the right way has no faults', () => {
  const failed = result({
    state: 'failed',
    failureReason: 'script_failure',
    exitCode: 42,
    allowedFailure: true,
  });

  expect(faultsOf('fails-with-42', failed)).toEqual([]);
});

test.each([
  ['build', result({ state: 'failed', failureReason: 'runner_system_failure' })],
  ['fails-with-42', result({ state: 'success' })],
  ['with-service', result({ state: 'success' })],
  ['builds-an-image', result({ state: 'success' })],
  ['rejected', result({ state: 'failed', failureReason: 'runner_system_failure' })],
])('%s says what is not as it should be', (name, wrong) => {
  expect(faultsOf(name, wrong)).not.toEqual([]);
});
