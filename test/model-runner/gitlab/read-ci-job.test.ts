import { expect, test } from 'vitest';
import { makeRepository, makeScratch } from '../recorder/run-recorded.ts';
import { listCiJobs, readCiJob } from './read-ci-job.ts';

const file = `
stages: [build, check]
default:
  image: debian:12
  before_script: [echo before]
variables:
  GLOBAL: "1"
  SHARED: global
.hidden: &hidden
  variables: &vars
    FROM_ANCHOR: "yes"
build:
  stage: build
  image: { name: "node:20", entrypoint: [""], pull_policy: always, kubernetes: { user: 1000 } }
  services:
    - redis:7
    - { name: "postgres:16", alias: db, variables: { POSTGRES_DB: app } }
  variables: { <<: *vars, SHARED: job, PORT: 8080, RAW: { value: "$HOME", expand: false } }
  script: &commands
    - make
    - [make test, make lint]
  after_script: echo after
  artifacts:
    name: out
    paths: [out/]
    exclude: ["out/*.o"]
    expire_in: 1 week
    reports: { junit: "report.xml" }
  cache: { key: deps, paths: [node_modules/], policy: pull }
  timeout: 1h 30m
  allow_failure: { exit_codes: [42] }
  retry: 2
  tags: [linux]
check:
  stage: check
  script: *commands
  dependencies: [build]
  allow_failure: true
`;

test('takes what a job says, its own before the defaults', () => {
  using scratch = makeScratch();
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': file });

  const job = readCiJob({ repository, ciJob: 'build' });

  expect(job).toMatchObject({
    name: 'build',
    stage: 'build',
    stages: ['.pre', 'build', 'check', '.post'],
    image: { name: 'node:20', entrypoint: [''], pull_policy: 'always', kubernetes: { user: 1000 } },
    services: ['redis:7', { name: 'postgres:16', alias: 'db', variables: { POSTGRES_DB: 'app' } }],
    before_script: ['echo before'],
    script: ['make', 'make test', 'make lint'],
    after_script: ['echo after'],
    artifacts: [
      { name: 'out', paths: ['out/'], exclude: ['out/*.o'], expire_in: '1 week', when: 'on_success' },
      {
        name: 'junit.xml',
        paths: ['report.xml'],
        artifact_type: 'junit',
        artifact_format: 'gzip',
        when: 'always',
      },
    ],
    cache: [{ key: 'deps-protected', paths: ['node_modules/'], policy: 'pull' }],
    timeout: 5400,
    allow_failure: { exit_codes: [42] },
    ref: 'main',
  });
  expect(job.variables).toEqual([
    { key: 'GLOBAL', value: '1', public: true, raw: false },
    { key: 'SHARED', value: 'global', public: true, raw: false },
    { key: 'FROM_ANCHOR', value: 'yes', public: true, raw: false },
    { key: 'SHARED', value: 'job', public: true, raw: false },
    { key: 'PORT', value: '8080', public: true, raw: false },
    { key: 'RAW', value: '$HOME', public: true, raw: true },
  ]);
});

test('gives a job that says little the defaults', () => {
  using scratch = makeScratch();
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': file });

  expect(readCiJob({ repository, ciJob: 'check' })).toMatchObject({
    image: 'debian:12',
    before_script: ['echo before'],
    dependencies: ['build'],
    allow_failure: true,
  });
});

test('lays overrides over what the file says', () => {
  using scratch = makeScratch();
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': file });

  expect(readCiJob({ repository, ciJob: 'check', overrides: { image: 'other:1' } }).image).toBe('other:1');
});

test('names the jobs, not the hidden ones', () => {
  using scratch = makeScratch();
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': file });

  expect(listCiJobs({ repository })).toEqual(['build', 'check']);
  expect(() => readCiJob({ repository, ciJob: 'deploy' })).toThrow(
    'has no job "deploy"; it has build, check',
  );
});

test('says all at once what it cannot do', () => {
  using scratch = makeScratch();
  const text =
    'include: { local: a.yml }\nworkflow: { rules: [] }\njob:\n  extends: .base\n  rules: [{ if: $X }]\n  parallel: 2\n  script: x\n';
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': text });

  const read = () => readCiJob({ repository, ciJob: 'job' });

  for (const key of ['include', 'workflow', 'job: extends', 'job: rules', 'job: parallel'])
    expect(read).toThrow(`${key} is not supported`);
});

test.each([
  {
    title: '!reference',
    text: 'job: { script: !reference [.a, script] }',
    words: '!reference is not supported (line 1)',
  },
  { title: 'broken YAML', text: 'job: [', words: 'Cannot read .gitlab-ci.yml' },
  { title: 'an unknown stage', text: 'job: { stage: nope, script: x }', words: 'stage "nope" is none of' },
  {
    title: 'a key made of files',
    text: 'job: { script: x, cache: { key: { files: [a] } } }',
    words: 'not supported',
  },
])('refuses $title', ({ text, words }) => {
  using scratch = makeScratch();
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': text });

  expect(() => readCiJob({ repository, ciJob: 'job' })).toThrow(words);
});

test('refuses a repository without the file', () => {
  using scratch = makeScratch();
  const repository = makeRepository(scratch, { 'README.md': 'x' });

  expect(() => readCiJob({ repository, ciJob: 'job' })).toThrow('has no .gitlab-ci.yml');
});
