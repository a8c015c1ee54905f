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
    { key: 'SHARED', value: 'job', public: true, raw: false },
    { key: 'FROM_ANCHOR', value: 'yes', public: true, raw: false },
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
  const text = `
default: { id_tokens: { ID: { aud: x } }, identity: google_cloud }
job:
  secrets: { A: { vault: a/b } }
  trigger: other/project
  run: [{ name: a, step: b }]
  when: delayed
  start_in: 1 minute
  image: { name: debian, entrypoint: /bin/sh }
  services: [{ name: redis, command: serve }]
  needs: [{ project: a/b, job: c, ref: main }, { pipeline: other }]
  colour: red
`;
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': text });

  const read = () => readCiJob({ repository, ciJob: 'job' });

  for (const key of ['identity', 'secrets', 'trigger', 'run', 'when: delayed', 'start_in'])
    expect(read).toThrow(`job: ${key} is not supported`);
  for (const key of ['needs:project', 'needs:pipeline']) expect(read).toThrow(`job: ${key} is not supported`);
  expect(read).toThrow('job: image:entrypoint should be an array of strings, not /bin/sh');
  expect(read).toThrow('job: services:command should be an array of strings, not serve');
  expect(read).toThrow('job: colour is no key of a job');
});

test.each([
  {
    title: 'a !reference that leads nowhere',
    text: 'job: { script: !reference [.a, script] }',
    words: '!reference [".a", "script"] could not be found',
  },
  { title: 'broken YAML', text: 'job: [', words: 'Cannot read .gitlab-ci.yml' },
  { title: 'an unknown stage', text: 'job: { stage: nope, script: x }', words: 'stage "nope" is none of' },
  { title: 'a job without a script', text: 'job: { stage: test }', words: 'job: has no script' },
  { title: 'an unknown tag', text: 'job: { script: !cat x }', words: 'the tag !cat is unknown (line 1)' },
  {
    title: 'a job that its rules leave out',
    text: 'job: { script: x, rules: [{ when: never }] }',
    words: 'the rules of "job" leave it out',
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
