// The model runner against what a real one does: the same jobs, and one table of what is expected. With GITLAB_RUNNER=/path/to/gitlab-runner
// the real one plays them too, on this host, and their whole logs are compared.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobDefinition } from './gitlab/job-definition.ts';
import { type ModelGitLab, startModelGitLab } from './gitlab/start-model-gitlab.ts';
import { makeRepository, makeScratch, runRecorded, type Scratch } from './recorder/run-recorded.ts';
import { comparableLog } from './same-as-the-real/comparable-log.ts';
import { featureFlags, type RealRunner, startRealRunner } from './same-as-the-real/real-runner.ts';
import { type Story, type StoryJob, stories } from './same-as-the-real/stories.ts';

interface Played {
  readonly final: string;
  readonly log: string;
}

type Play = (job: JobDefinition) => Promise<Played>;

const program = process.env['GITLAB_RUNNER'];
if (program === undefined)
  console.warn('SKIPPED: the real half of the stories of a runner: set GITLAB_RUNNER=/path/to/gitlab-runner');

const directories = { model: makeScratch(), real: makeScratch() };
const repository = makeRepository(directories.model, { 'README.md': 'x' });
const modelLogs = new Map<string, string>();
let gitlab: ModelGitLab;
let real: RealRunner | undefined;

beforeAll(async () => {
  gitlab = await startModelGitLab({ dataDir: join(directories.model.path, 'gitlab') });
  if (program !== undefined) real = await startRealRunner(program, directories.real);
});
afterAll(async () => {
  await gitlab.close();
  await real?.stop();
  for (const scratch of Object.values(directories)) scratch[Symbol.dispose]();
});

const playModel: Play = async (job) => {
  const result = await runRecorded(directories.model, {
    gitlab,
    job,
    runner: { cache: 'shared', feature_flags: featureFlags },
  });
  return played(result.readableTrace, result, directories.model);
};

const playReal: Play = async (job) => {
  if (!real) throw new Error('GITLAB_RUNNER is not set.');
  const remote = await real.run(job);
  return played(remote.readableTrace(), { state: remote.status, ...remote.final }, directories.real);
};

describe.each(stories)('$title', (story) => {
  test('the model runner does as expected', () => playStory(story, playModel));

  test.skipIf(program === undefined)(
    'a real runner does the same, in the same words',
    { timeout: 120_000 },
    async () => {
      await playStory(story, playReal);
    },
  );
});

async function playStory(story: Story, play: Play): Promise<void> {
  for (const [index, told] of story.jobs.entries()) {
    const job = jobOf(story, index);
    const { final, log } = await play(job);
    expect(final, log).toBe(told.final);
    expectSaid(log, told);
    const key = String(job.id);
    if (play === playModel) modelLogs.set(key, log);
    else expect(log).toBe(modelLogs.get(key));
  }
}

/** The same numbers on both sides: they stand in the logs. */
function jobOf(story: Story, index: number): JobDefinition {
  const number = stories.indexOf(story) + 1;
  return {
    ...{ name: `job-${index}`, repository, stages: ['build', 'test'] },
    ...{ id: number * 100 + index, pipeline_id: number, project_id: number },
    ...story.jobs[index]?.job,
  };
}

function expectSaid(log: string, { says, never = [] }: StoryJob): void {
  let rest = log;
  for (const part of says) {
    expect(rest, `after what came before, in:\n${log}`).toContain(part);
    rest = rest.slice(rest.indexOf(part) + part.length);
  }
  for (const part of never) expect(log).not.toContain(part);
}

function played(
  readable: string,
  end: { readonly state: string; readonly failureReason?: string | null; readonly exitCode?: number | null },
  { path }: Scratch,
): Played {
  const final = `${end.state} ${end.failureReason ?? '-'} ${end.exitCode ?? '-'}`;
  return { final, log: comparableLog(readable, path) };
}
