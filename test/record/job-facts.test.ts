import { expect, test } from 'vitest';
import { recordedFindings, recordedImages, recordedJob } from '../../src/record/job-facts.ts';
import { sampleJob, samplePolicy } from '../pod/sample-job.ts';

const image = (name: string) =>
  ({
    name,
    entrypoint: null,
    pullPolicies: [],
    kubernetesUser: null,
    dockerUser: null,
    dockerPlatform: null,
  }) as const;
const service = (name: string) => ({ ...image(name), aliases: [], command: null, variables: [] });
const policy = {
  ...samplePolicy,
  default_image: 'debian:12',
  allowed_images: [{ pattern: 'ruby:*' }],
  allowed_services: [],
  rules: [{ when: { project_ids: [42] }, allowed_services: [{ pattern: 'postgres:*' }] }],
};

test('images say which pattern and which rule admitted them, and why the others were refused', () => {
  const job = {
    ...sampleJob,
    image: image('ruby:3.4'),
    services: [service('postgres:16'), service(''), service('redis'), service('Bad Name')],
  };
  expect(recordedImages(job, policy)).toMatchObject([
    {
      container: 'build',
      asked: 'ruby:3.4',
      canonical: 'docker.io/library/ruby:3.4',
      allowed: true,
      code: 'pattern',
      pattern: 'ruby:*',
      rule: null,
    },
    {
      container: 'svc-0',
      kind: 'service',
      asked: 'postgres:16',
      allowed: true,
      code: 'rule',
      pattern: 'postgres:*',
      rule: 0,
    },
    { container: 'svc-2', asked: 'redis', allowed: false, pattern: null },
    { container: 'svc-3', asked: 'Bad Name', canonical: null, allowed: false, code: 'not-valid' },
  ]);
});

test('a job without an image has the default one, or none', () => {
  expect(recordedImages(sampleJob, policy)).toMatchObject([
    { asked: '', canonical: 'docker.io/library/debian:12', allowed: true, code: 'default-image' },
  ]);
  expect(recordedImages(sampleJob, samplePolicy)).toMatchObject([
    { asked: '', canonical: null, allowed: false, code: 'no-image' },
  ]);
});

test('no variable, credential or script of a job is in its record', () => {
  const variables = [
    { key: 'TOKEN', value: 'canary', isFile: false, isPublic: true, isMasked: false, isRaw: false },
  ];
  const registryCredentials = [{ registry: 'r', username: 'canary', password: 'canary' }];
  const job = { ...sampleJob, variables, registryCredentials };
  expect(JSON.stringify([recordedJob(job), recordedImages(job, policy)])).not.toContain('canary');
});

test('findings say kind and key, and nothing that was asked for', () => {
  const finding = {
    kind: 'profile',
    key: 'POD_PROFILE',
    requested: 'canary',
    reason: 'canary',
    instead: '',
  } as const;
  expect(recordedFindings([finding, { kind: 'no-image' }])).toEqual([
    { kind: 'profile', key: 'POD_PROFILE' },
  ]);
});
