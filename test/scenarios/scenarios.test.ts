// Every folder here is a story: real jobs of a real repository through the model runner and the real executable, in real pods.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterUnderTest, startClusterUnderTest, whyNoCluster } from '../cluster/cluster-under-test.ts';
import { writeDockerArchive } from '../embedded-cluster/client/image-archives.ts';
import type { JobResult } from '../model-runner/result.ts';
import { firstMissing, unwantedIn } from './log-lines.ts';
import {
  type ExpectedJob,
  readAhead,
  readStory,
  type Story,
  type StoryAhead,
  storyFolders,
} from './story.ts';
import { storyJob } from './story-job.ts';
import { makeStoryRepository } from './story-repository.ts';

const reason = await whyNoCluster();
if (reason) console.warn(`SKIPPED: the scenarios need a cluster; ${reason}`);

const stories = storyFolders().map((folder) => ({ folder, name: basename(folder), ...readAhead(folder) }));

let cluster: ClusterUnderTest | undefined;
beforeAll(async () => {
  const aliases = Object.assign({}, ...stories.map((story) => story.aliases)) as StoryAhead['aliases'];
  if (!reason) cluster = await startClusterUnderTest({ aliases });
});
afterAll(async () => cluster?.stop());
const running = (): ClusterUnderTest => {
  if (!cluster) throw new Error('The cluster is not started yet.');
  return cluster;
};

/** Several stories at once, of several jobs each, on a machine that has other things to do. */
const patience = 180_000;

describe.skipIf(reason).concurrent('scenarios', () => {
  it.each(stories)('$name: $title', { timeout: patience }, async ({ folder, name }) => {
    const { buildImage: build, helperImage: helper, busyboxImage: busybox } = running();
    const story = readStory(folder, { build, helper, busybox });
    if (story.given.needsEmbedded && !running().embedded) {
      console.warn(`SKIPPED: ${name} needs the embedded cluster`);
      return;
    }
    const directory = join(running().directory, name);
    mkdirSync(directory);
    await arrange(story, directory);
    const repository = makeStoryRepository(story, directory);
    for (const job of story.jobs) {
      const result = await running().run(storyJob(story, job.name, repository), {
        policy: story.policy,
        runner: story.given.runner,
      });
      expectJob(result, job);
    }
    rmSync(directory, { recursive: true });
  });
});

async function arrange({ folder, given: { pulls, images } }: Story, directory: string): Promise<void> {
  for (const rule of pulls) await running().embedded?.faults.pulls(rule);
  for (const [name, file] of Object.entries(images)) {
    const archive = join(directory, 'image.tar');
    await writeDockerArchive(archive, {
      layers: [[{ name: file, content: readFileSync(join(folder, file)) }]],
    });
    await running().embedded?.importImage(archive, name);
  }
}

function expectJob(result: JobResult, job: ExpectedJob): void {
  const log = result.readableTrace;
  const calls = result.calls.map(({ name, subStage, exitCode }) =>
    [subStage ?? name, ...(exitCode === 0 ? [] : [exitCode])].join(' '),
  );
  const said = `${job.name} said:\n${log}`;
  expect(firstMissing(log, job.log), said).toBeNull();
  expect(unwantedIn(log, job.never), said).toEqual([]);
  expect(unwantedIn(result.trace, job.never), said).toEqual([]);
  expect(calls, said).toEqual(job.calls);
  expect(result, said).toMatchObject({
    state: job.state,
    failureReason: job.failure_reason,
    exitCode: job.exit_code,
    ...(job.allowed_failure !== undefined && { allowedFailure: job.allowed_failure }),
  });
  expect(result.artifacts.map(({ name }) => name)).toEqual(job.artifacts);
}
