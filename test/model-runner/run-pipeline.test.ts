import { expect, test } from 'vitest';
import {
  executor,
  makeRepository,
  makeScratch,
  recordedEnvironment,
  type Scratch,
} from './recorder/run-recorded.ts';
import { type PipelineResult, type RunPipelineOptions, runPipeline } from './run-pipeline.ts';

/** On this machine, with the recording executor. */
async function run(
  scratch: Scratch,
  text: string,
  options: Partial<RunPipelineOptions> = {},
): Promise<PipelineResult> {
  const repository = makeRepository(scratch, { '.gitlab-ci.yml': text });
  return await runPipeline({ repository, executor, ...recordedEnvironment(scratch), ...options });
}

const states = ({ status, jobs }: PipelineResult) => [
  status,
  ...jobs.map(({ name, state, attempts }) => `${name} ${state} ${attempts.length}`),
];

test('hands artifacts, dotenv variables and caches from job to job, by stage and by needs', async () => {
  using scratch = makeScratch();
  const result = await run(
    scratch,
    `
stages: [build, test, deploy]
build:
  stage: build
  script: [mkdir -p out c, "echo $CI_NODE_INDEX > out/$CI_NODE_INDEX", "echo VERSION=1.$CI_NODE_INDEX > build.env", echo c > c/f]
  parallel: 2
  artifacts: { paths: [out/], reports: { dotenv: build.env } }
  cache: { key: k, paths: [c/] }
all: { script: ["echo all: $(cat out/*) $VERSION $CI_JOB_GROUP_NAME", "cat c/f"], cache: { key: k, paths: [c/], policy: pull }, coverage: '/all: \\d/' }
one: { stage: deploy, needs: ["build 1/2"], script: ["echo one: $(ls out) $VERSION $GIVEN"] }
none: { stage: deploy, needs: [], script: ["test ! -e out && echo none: $VERSION."] }
`,
    { variables: { GIVEN: 'by hand' } },
  );

  expect(states(result)).toEqual([
    ...['success', 'build 1/2 success 1', 'build 2/2 success 1', 'all success 1'],
    ...['one success 1', 'none success 1'],
  ]);
  const log = (name: string) => result.jobs.find((job) => job.name === name)?.attempts[0]?.readableTrace;
  expect(log('all')).toContain('all: 1 2 1.2 all\n');
  expect(log('one')).toContain('one: 1 1.1 by hand\n');
  expect(log('none')).toContain('none: .\n');
  expect(result.jobs[2]?.coverage).toBe(1);
});

test('stops behind a failed stage, but for what runs then or always', async () => {
  using scratch = makeScratch();
  const result = await run(
    scratch,
    `
stages: [a, b, c]
allowed: { stage: a, script: exit 3, allow_failure: { exit_codes: [3] } }
flaky: { stage: a, script: exit 4, retry: { max: 2, exit_codes: [4] } }
next: { stage: b, script: "true" }
report: { stage: b, script: "true", when: on_failure }
beside: { stage: c, needs: [allowed], script: "true" }
behind: { stage: c, needs: [next], script: "true" }
last: { stage: c, script: "true", when: always }
`,
  );

  expect(states(result)).toEqual([
    ...['failed', 'allowed failed 1', 'flaky failed 3', 'next skipped 0', 'report success 1'],
    ...['beside success 1', 'behind skipped 0', 'last success 1'],
  ]);
  const ids = result.jobs[1]?.attempts.map(({ id }) => id);
  expect(new Set(ids).size).toBe(3);
});

test('waits at a manual job that must not be passed, and runs the ones that somebody starts', async () => {
  using scratch = makeScratch();
  const file = `
stages: [a, b, c]
optional: { stage: a, script: "true", when: manual }
gate: { stage: b, script: "true", rules: [{ when: manual }] }
after: { stage: c, script: "true" }
`;
  expect(states(await run(scratch, file))).toEqual([
    ...['manual', 'optional manual 0', 'gate manual 0', 'after created 0'],
  ]);
  using again = makeScratch();
  expect(states(await run(again, file, { play: ['gate'] }))).toEqual([
    ...['success', 'optional manual 0', 'gate success 1', 'after success 1'],
  ]);
});
