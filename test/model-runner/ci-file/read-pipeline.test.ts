// What GitLab makes of files as people write them; each rule in GitLab's words (docs.gitlab.com/ci/yaml).
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JobDefinition } from '../gitlab/job-definition.ts';
import { variableList } from '../gitlab/job-definition.ts';
import { makeRepository, makeScratch } from '../recorder/run-recorded.ts';
import type { Pipeline } from './pipeline.ts';
import type { PipelineSource } from './pipeline-context.ts';
import { readPipeline } from './read-pipeline.ts';

type Files = Readonly<Record<string, string>>;

function read(files: Files | string, source: Omit<PipelineSource, 'repository'> = {}): Pipeline {
  using scratch = makeScratch();
  const all = typeof files === 'string' ? { '.gitlab-ci.yml': files } : files;
  return readPipeline({ repository: makeRepository(scratch, all), ...source });
}

const names = (pipeline: Pipeline) => pipeline.jobs.map(({ definition }) => definition.name);
const job = (pipeline: Pipeline, name: string) =>
  pipeline.jobs.find(({ definition }) => definition.name === name)!;
const value = (definition: JobDefinition, key: string) =>
  variableList(definition.variables).findLast((variable) => variable.key === key)?.value;

test('extends through several levels: maps merge, lists are replaced, the last template is the strongest', () => {
  const pipeline = read(`
.a: { image: a, variables: { A: 1, SHARED: a }, before_script: [from a], tags: [x] }
.b: { extends: .a, variables: { B: 2, SHARED: b }, before_script: [from b] }
.c: { image: c, variables: { SHARED: c } }
job: { extends: [.b, .c], variables: { OWN: 3 }, script: [go] }
`);

  const { definition } = job(pipeline, 'job');
  expect(definition).toMatchObject({ image: 'c', before_script: ['from b'], script: ['go'] });
  expect(['A', 'B', 'SHARED', 'OWN'].map((key) => value(definition, key))).toEqual(['1', '2', 'c', '3']);
});

test.each([
  { text: 'a: { extends: .no, script: x }', words: 'a: unknown keys in `extends` (.no)' },
  {
    text: '.a: { extends: .b }\n.b: { extends: .a }\nj: { extends: .a, script: x }',
    words: 'circular dependency',
  },
  { text: 'j: { script: [!reference [j, script]] }', words: 'nested too deep, or in a circle' },
  { text: 'j: { script: x, rules: [{ if: "$A ==" }] }', words: 'j: Invalid expression `$A ==`' },
  { text: 'j: { script: x, rules: [{ if: "! $A" }] }', words: 'Unknown lexeme' },
  { text: 'j: { script: x, only: { kubernetes: active } }', words: 'kubernetes is not supported' },
  { text: 'j: { script: x, needs: [k] }', words: "'j' job needs 'k' job, but 'k' does not exist" },
  { text: 'j: { script: x, rules: [{ when: never }] }', words: 'would have been empty' },
  { text: 'workflow: { rules: [{ if: $NO }] }\nj: { script: x }', words: 'filtered out by workflow rules' },
  {
    text: 'j: { script: x, artifacts: { reports: { nope: a } } }',
    words: 'artifacts:reports:nope is not known',
  },
  { text: 'j: { script: x, parallel: 201 }', words: 'GitLab takes 200' },
])('refuses $text', ({ text, words }) => {
  expect(() => read(text)).toThrow(words);
});

test('includes files of the repository, by name, pattern and rule; the including file wins', () => {
  const pipeline = read({
    '.gitlab-ci.yml': `
include:
  - /ci/base.yml
  - local: 'ci/jobs/**.yml'
  - { local: ci/never.yml, rules: [{ if: $NO }] }
  - { local: ci/tests.yml, rules: [{ exists: [package.json] }] }
variables: { FROM: top }
`,
    'ci/base.yml': 'include: deep.yml\nvariables: { FROM: base, BASE: 1 }\n.t: { script: base }\n',
    'deep.yml': 'variables: { DEEP: 1, BASE: deep }',
    'ci/jobs/one.yml': 'one: { extends: .t }',
    'ci/jobs/more/two.yml': 'two: { script: two }',
    'ci/never.yml': 'never: { script: x }',
    'ci/tests.yml': 'tests: { script: x }',
    'package.json': '{}',
  });

  expect(names(pipeline).sort()).toEqual(['one', 'tests', 'two']);
  const { definition } = job(pipeline, 'one');
  expect(['FROM', 'BASE', 'DEEP'].map((key) => value(definition, key))).toEqual(['top', '1', '1']);
});

test('names every include that it cannot follow', () => {
  const text = `
include:
  - { project: a/b, file: c.yml }
  - { template: Auto-DevOps.gitlab-ci.yml }
  - { component: gitlab.com/a/b@1 }
  - https://example.com/ci.yml
  - missing.yml
job: { script: x }
`;
  for (const words of [
    'project: a/b',
    'template: Auto',
    'component: git',
    'remote: https',
    '`missing.yml` does not',
  ])
    expect(() => read(text)).toThrow(words);
});

test('fills in inputs with their defaults, those of an include and those of the pipeline', () => {
  const files = {
    '.gitlab-ci.yml': `
spec: { inputs: { name: { default: main }, count: { type: number, default: 2 } } }
---
include: { local: part.yml, inputs: { stage: build, extra: [a, b] } }
"$[[ inputs.name ]]-job": { script: "echo $[[ inputs.name | truncate(0,2) ]]", parallel: "$[[ inputs.count ]]" }
`,
    'part.yml': `
spec: { inputs: { stage: { options: [build, test] }, extra: { type: array, default: [] } } }
---
part: { stage: "$[[ inputs.stage ]]", script: "$[[ inputs.extra ]]" }
`,
  };
  expect(names(read(files))).toEqual(['part', 'main-job 1/2', 'main-job 2/2']);
  expect(job(read(files), 'part').definition).toMatchObject({ stage: 'build', script: ['a', 'b'] });
  expect(names(read(files, { inputs: { name: 'other', count: 1 } }))).toContain('other-job 1/1');
  expect(() => read(files, { inputs: { count: 'x', no: 1 } })).toThrow(/`no` is not declared.*`count` input/);
});

test('looks up !reference after extends, in scripts, rules, variables and through another one', () => {
  const pipeline = read(`
.base: { script: [one, two], variables: { A: x } }
.setup: { extends: .base, before_script: !reference [.base, script], rules: [{ if: $CI, variables: { R: 1 } }] }
job:
  variables: { A: !reference [.setup, variables, A] }
  script: [!reference [.setup, before_script], three]
  rules: [!reference [.setup, rules], { when: never }]
`);

  const { definition } = job(pipeline, 'job');
  expect(definition.script).toEqual(['one', 'two', 'three']);
  expect([value(definition, 'A'), value(definition, 'R')]).toEqual(['x', '1']);
});

test('the first rule that holds gives when, allow_failure, variables and needs', () => {
  const pipeline = read(`
variables: { MODE: a }
first: { script: x }
job:
  needs: []
  script: x
  rules:
    - { if: $NO, when: always }
    - { if: $MODE == "a", when: manual, allow_failure: true, variables: { MODE: b, NEW: 1 }, needs: [first] }
    - when: on_success
`);

  const { when, needs, definition } = job(pipeline, 'job');
  expect({ when, needs, allowed: definition.allow_failure }).toEqual({
    when: 'manual',
    needs: [{ job: 'first', artifacts: true, optional: false }],
    allowed: true,
  });
  expect(['MODE', 'NEW', 'CI_JOB_MANUAL'].map((key) => value(definition, key))).toEqual(['b', '1', 'true']);
});

test('compares with the commit before the push, and takes all as changed where there is none', () => {
  using scratch = makeScratch();
  const text = `
docs: { script: x, rules: [{ changes: [docs/**/*] }] }
code: { script: x, rules: [{ changes: { paths: ["*.{js,ts}"] } }] }
made: { script: x, rules: [{ exists: ["**/*.md"] }] }
none: { script: x, rules: [{ exists: [docs/*.txt] }] }
`;
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': text, 'docs/a/b.md': '1', 'a.js': '1' });
  expect(names(readPipeline({ repository }))).toEqual(['docs', 'code', 'made']);

  writeFileSync(join(repository, 'docs/a/b.md'), '2');
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  execFileSync('git', ['-C', repository, ...identity, 'commit', '--quiet', '--all', '--message', 'docs']);
  expect(names(readPipeline({ repository, before: 'HEAD~1' }))).toEqual(['docs', 'made']);
});

test('workflow rules decide over the pipeline and give it variables', () => {
  const text = `
workflow: { rules: [{ if: $CI_PIPELINE_SOURCE == "schedule", variables: { KIND: nightly } }, { if: $CI_COMMIT_TAG }] }
job: { script: x }
nightly: { script: x, rules: [{ if: $KIND == "nightly" }] }
`;
  expect(() => read(text)).toThrow('Pipeline filtered out by workflow rules.');
  const pipeline = read(text, { source: 'schedule' });
  expect(names(pipeline)).toEqual(['job', 'nightly']);
  expect(value(job(pipeline, 'job').definition, 'KIND')).toBe('nightly');
  expect(value(job(pipeline, 'job').definition, 'CI_PIPELINE_SOURCE')).toBe('schedule');
});

test.each([
  { policy: 'only: [main]', taken: true },
  { policy: 'only: [tags]', taken: false },
  { policy: 'only: ["/^ma/"]', taken: true },
  { policy: 'only: [pushes]', taken: true },
  { policy: 'only: [branches@other/project]', taken: false },
  { policy: 'except: [branches]', taken: false },
  { policy: 'except: { variables: ["$NO"] }', taken: true },
  { policy: 'only: { refs: [main], variables: ["$NO"] }', taken: false },
])('$policy: $taken', ({ policy, taken }) => {
  const pipeline = read(`other: { script: x }\njob:\n  script: x\n  ${policy}\n`);

  expect(names(pipeline).includes('job')).toBe(taken);
});

test('makes several jobs of a parallel one, each with its place and its row', () => {
  const pipeline = read(`
three: { script: x, parallel: 3 }
build:
  script: x
  parallel: { matrix: [{ OS: [a, b], ARCH: [x, y] }, { OS: c, ARCH: z }] }
after: { stage: deploy, script: x, dependencies: [three], needs: ["build", "three 2/3"] }
one: { stage: deploy, script: x, needs: [{ job: build, parallel: { matrix: [{ OS: b, ARCH: x }] } }] }
`);

  expect(names(pipeline).slice(0, 8)).toEqual([
    ...['three 1/3', 'three 2/3', 'three 3/3'],
    ...['build: [a, x]', 'build: [a, y]', 'build: [b, x]', 'build: [b, y]', 'build: [c, z]'],
  ]);
  const { definition } = job(pipeline, 'build: [b, x]');
  expect(['OS', 'ARCH', 'CI_NODE_INDEX', 'CI_NODE_TOTAL'].map((key) => value(definition, key))).toEqual([
    ...['b', 'x', '3', '5'],
  ]);
  expect(job(pipeline, 'after').needs?.length).toBe(6);
  expect(job(pipeline, 'after').definition.dependencies).toEqual(['three 2/3']);
  expect(job(pipeline, 'one').needs?.map((need) => need.job)).toEqual(['build: [b, x]']);
});

test('needs narrow whose artifacts come; inherit narrows the defaults', () => {
  const pipeline = read(`
default: { image: d, before_script: [d], retry: 1 }
variables: { A: 1, B: 2 }
a: { stage: build, script: x }
b: { stage: build, script: x }
none: { script: x, needs: [], inherit: { default: [image], variables: [B] } }
some: { script: x, needs: [a, { job: b, artifacts: false }, { job: c, optional: true }], inherit: { default: false } }
all: { script: x, retry: { max: 2, when: [runner_system_failure, stuck_or_timeout_failure], exit_codes: [3] } }
`);

  expect(job(pipeline, 'none').definition).toMatchObject({ dependencies: [], image: 'd' });
  expect(job(pipeline, 'none').definition).not.toHaveProperty('before_script');
  expect(value(job(pipeline, 'none').definition, 'A')).toBeUndefined();
  expect(job(pipeline, 'some').definition.dependencies).toEqual(['a', 'c']);
  expect(job(pipeline, 'some').definition).not.toHaveProperty('image');
  expect(job(pipeline, 'all').needs).toBeNull();
  expect(job(pipeline, 'all').definition).not.toHaveProperty('dependencies');
  expect(job(pipeline, 'a').retry).toEqual({ max: 1, when: ['always'], exitCodes: [] });
});

test('makes cache keys of files, a prefix and the ref', () => {
  const pipeline = read({
    '.gitlab-ci.yml': `
job:
  script: x
  cache:
    - { key: { files: [a.lock, b.lock], prefix: $CI_JOB_NAME }, paths: [x], fallback_keys: [old] }
    - { key: { files: [a.lock] }, paths: [y], unprotect: true }
    - { key: { files: [none] }, paths: [z] }
    - { key: 1.10, paths: [u] }
`,
    'a.lock': 'a',
    'b.lock': 'b',
  });

  const [first, second, ...others] = job(pipeline, 'job').definition.cache ?? [];
  expect(first?.key).toMatch(/^\$CI_JOB_NAME-[0-9a-f]{40}-protected$/);
  expect(first?.fallback_keys).toEqual(['old-protected']);
  expect(second?.key).toMatch(/^1_a-[0-9a-f]{40}-non_protected$/);
  expect(others.map(({ key }) => key)).toEqual(['2_none-default-protected', '1.1-protected']);
});

test('shapes reports, pages, release, environment and tokens as GitLab does', () => {
  const pipeline = read(
    `
job:
  script: x
  artifacts:
    expire_in: 1 day
    reports:
      coverage_report: { coverage_format: cobertura, path: cov.xml }
      dotenv: build.env
      codequality: [a.json, b.json]
  environment: { name: review/$CI_COMMIT_REF_SLUG, url: "https://$CI_ENVIRONMENT_SLUG.example.com" }
  id_tokens: { TOKEN: { aud: https://vault } }
  coverage: '/total: (\\d+)%/'
pages: { script: x, artifacts: { expire_in: 1 day } }
site: { script: x, pages: { publish: dist }, artifacts: { paths: [dist] } }
plain: { script: x, environment: production }
release: { script: x, release: { tag_name: $CI_COMMIT_TAG, name: R, description: D } }
`,
    { protected: false },
  );

  const { definition, coverage } = job(pipeline, 'job');
  const shape = { expire_in: '1 day', when: 'always' };
  expect(definition.artifacts).toEqual([
    {
      ...shape,
      name: 'cobertura-coverage.xml',
      paths: ['cov.xml'],
      artifact_type: 'cobertura',
      artifact_format: 'gzip',
    },
    { ...shape, name: '.env', paths: ['build.env'], artifact_type: 'dotenv', artifact_format: 'gzip' },
    {
      ...shape,
      ...{ name: 'gl-code-quality-report.json', paths: ['a.json', 'b.json'] },
      ...{ artifact_type: 'codequality', artifact_format: 'raw' },
    },
  ]);
  expect(value(definition, 'CI_ENVIRONMENT_NAME')).toBe('review/main');
  // As Ruby makes it: Digest::SHA2.hexdigest("review/main").to_i(16).to_s(36).last(6).
  expect(value(definition, 'CI_ENVIRONMENT_SLUG')).toMatch(/^review-main-[0-9a-z]{6}$/);
  expect(value(definition, 'CI_ENVIRONMENT_TIER')).toBe('development');
  expect(variableList(definition.variables).at(-1)).toMatchObject({ key: 'TOKEN', masked: true });
  expect(coverage?.exec('total: 93%')?.[1]).toBe('93');
  expect(job(pipeline, 'pages').definition.artifacts).toMatchObject([{ paths: ['public'] }]);
  expect(job(pipeline, 'site').definition.artifacts).toMatchObject([{ paths: ['dist'] }]);
  expect(value(job(pipeline, 'plain').definition, 'CI_ENVIRONMENT_SLUG')).toBe('production');
  expect(job(pipeline, 'release').definition.more_steps).toMatchObject([{ name: 'release' }]);
  expect(definition.protected).toBe(false);
});

test('reads scalars as Ruby does', () => {
  const { definition } = job(
    read(`
variables: { A: 3.0, B: 010, C: yes, D: 1_000, E: "010", F: 12:30:00, G: ~, H: 0x10 }
job: { script: [true, "false"], timeout: 90 }
`),
    'job',
  );

  expect(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((key) => value(definition, key))).toEqual([
    ...['3.0', '8', 'true', '1000', '010', '45000', '', '16'],
  ]);
  expect(definition).toMatchObject({ script: ['true', 'false'], timeout: 90 });
});
