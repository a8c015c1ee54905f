import { expect, test } from 'vitest';
import { pullContext } from '../../../src/stage/prepare/pull-context.ts';
import {
  admittedImage,
  admittedJob,
  admittedService,
  sampleJob,
  samplePolicy,
} from '../../pod/sample-job.ts';

const image = { ...admittedImage('ruby:3.4'), name: 'ruby:3.4' };
const plan = (job = sampleJob) => ({
  admitted: admittedJob({ job, build: image, services: [admittedService('postgres:16')] }),
  credentials: { entries: [], leftOut: [] },
});

test("tells an image of the author's from the policy's", () => {
  const written = {
    name: 'ruby:3.4',
    entrypoint: null,
    pullPolicies: [],
    kubernetesUser: null,
    dockerUser: null,
    dockerPlatform: null,
  } as never;
  const chosenBy = (container: string, job = sampleJob) =>
    pullContext({ plan: plan(job), policy: samplePolicy }, container).chosenBy;
  expect(chosenBy('build', { ...sampleJob, image: written })).toBe('author');
  expect(chosenBy('build')).toBe('operator');
  expect(chosenBy('svc-0')).toBe('author');
  expect(chosenBy('helper')).toBe('operator');
  expect(chosenBy('a-sidecar')).toBe('operator');
});
