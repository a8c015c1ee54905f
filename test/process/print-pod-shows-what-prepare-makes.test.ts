// print-pod shows the pod that prepare makes, field by field: for each job of the stories and of the demo, both are asked.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPolicyFile } from '../../cmd/policy-file.ts';
import { printPod } from '../../cmd/print-pod.ts';
import { demoJobs } from '../../scripts/demo-jobs.ts';
import { makeRepository } from '../../scripts/demo-project.ts';
import { Rejection } from '../../src/admission/rejection.ts';
import { prepare } from '../../src/stage/prepare/prepare.ts';
import { writePolicy } from '../cluster/cluster-under-test.ts';
import { buildPayload } from '../model-runner/gitlab/build-payload.ts';
import type { JobDefinition } from '../model-runner/gitlab/job-definition.ts';
import { readCiJob } from '../model-runner/gitlab/read-ci-job.ts';
import type { RunnerSettings } from '../model-runner/options.ts';
import { createBuild, placeBuild } from '../model-runner/runner/build.ts';
import { callEnvironment } from '../model-runner/runner/call-environment.ts';
import { responseFileText } from '../model-runner/runner/response-file.ts';
import { readRunnerConfig } from '../model-runner/runner/runner-config.ts';
import { runnerVersion } from '../model-runner/runner/version.ts';
import { readStory, storyFolders } from '../scenarios/story.ts';
import { storyJob } from '../scenarios/story-job.ts';
import { makeStoryRepository } from '../scenarios/story-repository.ts';
import { fakeIo } from '../stage/fake-io.ts';
import { noRegistries } from '../stage/no-registries.ts';
import { clusterOf, connection } from '../stage/prepare-fixture.ts';

const images = {
  build: 'registry.example.org/build:latest',
  helper: 'registry.example.org/helper:latest',
  busybox: 'registry.example.org/busybox:latest',
};
const gitlab = { url: 'https://gitlab.example.org', s3Key: { accessKeyId: '', secretAccessKey: '' } };
const now = new Date('2026-11-21T02:00:00Z');

/** What print-pod puts where every attempt has its own letters. */
const random = 'printpod';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'print-pod-equals-'));
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterAll(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

interface Asked {
  readonly definition: JobDefinition;
  readonly policyFile: string;
  readonly runner: RunnerSettings;
  readonly place: string;
}

/** The job file and the environment that GitLab Runner would give. */
function buildOf({ definition, runner, place }: Asked): { jobText: string; env: Record<string, string> } {
  const serve = (project: string): string => `/${project}.git`;
  const payload = buildPayload(definition, {
    id: 1001,
    token: 'glcbt-64_token',
    gitlabUrl: gitlab.url,
    serve,
    dependencies: [],
  });
  const build = createBuild(payload, { config: readRunnerConfig(runner), gitlab });
  expect(placeBuild(build, { buildsDir: '/builds', cacheDir: '/cache', isShared: false })).toBeNull();
  const files = { dir: place, responseFile: join(place, 'response.json'), codeFile: join(place, 'code') };
  return { jobText: responseFileText(build.payload), env: callEnvironment(build, { files, jobEnv: {} }) };
}

interface Answer {
  /** null: rejected. */
  readonly manifest: unknown;
  readonly message: string;
}

async function prepared(asked: Asked): Promise<Answer> {
  const { jobText, env } = buildOf(asked);
  const io = fakeIo(env);
  io.stored.set(env['JOB_RESPONSE_FILE']!, jobText);
  const cluster = clusterOf();
  const done = prepare({
    isNews: () => true,
    openRegistries: noRegistries,
    io,
    policy: readPolicyFile(asked.policyFile).policy,
    resolveConnection: () => Promise.resolve(connection),
    connect: () => cluster,
    runnerVersion: runnerVersion.version,
    now: () => now,
    random: () => random,
  });
  const isRejected = await done.then(
    () => false,
    (error: unknown) => error instanceof Rejection,
  );
  const manifest = cluster.of('createPod')[0]?.[0] ?? null;
  expect(manifest === null).toBe(isRejected);
  // What GitLab folds a log by is for GitLab alone.
  const unfolded = io.messages().replace(/section_(start|end):[^\r\n]*\r/g, '');
  return { manifest, message: stripVTControlCharacters(unfolded) };
}

async function printed(asked: Asked): Promise<Answer> {
  const jobFile = join(asked.place, 'job.json');
  writeFileSync(jobFile, buildOf(asked).jobText);
  const said = { stdout: '', stderr: '' };
  const code = await printPod.call(
    ['--json', '--runner-version', runnerVersion.version, jobFile, asked.policyFile],
    {
      env: {},
      stdout: { write: (text) => (said.stdout += text) },
      stderr: { write: (text) => (said.stderr += text) },
      signal: new AbortController().signal,
    },
  );
  const { manifest } = code === 0 ? (JSON.parse(said.stdout) as { manifest: unknown }) : { manifest: null };
  return { manifest, message: said.stderr };
}

async function expectSame(asked: Asked): Promise<void> {
  const [made, shown] = [await prepared(asked), await printed(asked)];

  // As it is sent: what is undefined is not there.
  expect(shown.manifest).toEqual(JSON.parse(JSON.stringify(made.manifest)));
  // Rejections and notes: the log has more, and all of this.
  // Which workspace a job gets is prepare's to say.
  expect(made.message).toContain(shown.message.replace(/^The workspace is number 1 of .*\n/m, ''));
}

function policyIn(place: string, policy: Readonly<Record<string, unknown>>): string {
  const cluster = {
    namespace: 'ci',
    kubeconfig: '/nowhere',
    buildImage: images.build,
    helperImage: images.helper,
  };
  return writePolicy(cluster as Parameters<typeof writePolicy>[0], place, { policy });
}

describe('print-pod shows what prepare makes', () => {
  it.each(storyFolders().map((folder) => [basename(folder), folder]))(
    'the story %s gets the same pod from both',
    async (name, folder) => {
      const place = join(directory, name);
      mkdirSync(place);
      const story = readStory(folder, images);
      const repository = makeStoryRepository(story, place);
      const policyFile = policyIn(place, story.policy);
      for (const job of story.jobs) {
        const asked = {
          definition: storyJob(story, job.name, repository),
          policyFile,
          runner: story.given.runner,
          place,
        };
        await expectSame(asked);
      }
    },
  );

  it('every job of the demo gets the same pod from both', async () => {
    const place = join(directory, 'demo-project');
    mkdirSync(place);
    const repository = makeRepository(place);
    const policyFile = policyIn(place, {});
    for (const ciJob of Object.keys(demoJobs))
      await expectSame({ definition: readCiJob({ repository, ciJob }), policyFile, runner: {}, place });
  });
});
