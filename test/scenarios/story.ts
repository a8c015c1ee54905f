// A story: a folder with a `.gitlab-ci.yml`, what surrounds it, and what must come of it. README.md tells the format.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { PullRule } from '../embedded-cluster/fault/faults.ts';
import type { JobDefinition } from '../model-runner/gitlab/job-definition.ts';
import type { RunnerSettings } from '../model-runner/options.ts';

const expectedJob = z.strictObject({
  name: z.string(),
  state: z.enum(['success', 'failed']),
  failure_reason: z.string().nullable().default(null),
  exit_code: z.int().nullable().default(null),
  allowed_failure: z.boolean().nullable().optional(),
  calls: z.array(z.string()),
  log: z.array(z.string()),
  never: z.array(z.string()).default([]),
  artifacts: z.array(z.string()).default([]),
});
const expected = z.strictObject({ story: z.string(), jobs: z.array(expectedJob).min(1) });

/** Keys of other modules' types are checked where those are read. */
const given = z.strictObject({
  gitlab: z.record(z.string(), z.unknown()).default({}),
  jobs: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  runner: z.record(z.string(), z.unknown()).default({}),
  pulls: z.array(z.record(z.string(), z.unknown())).default([]),
  images: z.record(z.string(), z.string()).default({}),
  aliases: z.record(z.string(), z.enum(['build', 'busybox'])).default({}),
  submodule: z.string().optional(),
  embedded: z.boolean().default(false),
});

export type ExpectedJob = z.infer<typeof expectedJob>;

export interface Story {
  readonly folder: string;
  readonly title: string;
  readonly ciFile: string;
  readonly policy: Readonly<Record<string, unknown>>;
  readonly jobs: readonly ExpectedJob[];
  readonly given: {
    /** Laid over the job of the file. */
    readonly gitlab: (job: string) => Partial<JobDefinition>;
    readonly runner: RunnerSettings;
    readonly pulls: readonly PullRule[];
    /** Name → file of the story that is all there is in the image. */
    readonly images: Readonly<Record<string, string>>;
    /** A folder of the story that is a submodule of the repository. */
    readonly submodule: string | null;
    /** Asks for what only the embedded cluster does. */
    readonly needsEmbedded: boolean;
  };
}

/** The names that stories write, and those of the cluster at hand. */
export type ImageNames = Readonly<Record<'build' | 'helper' | 'busybox', string>>;

const written: ImageNames = {
  build: 'registry.example.org/build:latest',
  helper: 'registry.example.org/helper:latest',
  busybox: 'registry.example.org/busybox:latest',
};

export function storyFolders(): readonly string[] {
  return readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(import.meta.dirname, name));
}

/** What must be known before there is a cluster: a title for the report, and more names for its images. */
export interface StoryAhead {
  readonly title: string;
  readonly aliases: Readonly<Record<string, 'build' | 'busybox'>>;
}

export function readAhead(folder: string): StoryAhead {
  return {
    title: readPart(folder, 'expected.yaml', expected).story,
    aliases: readPart(folder, 'given.yaml', given).aliases,
  };
}

/** @throws with the file and key of what a story does not say, or says with a typing error */
export function readStory(folder: string, images: ImageNames): Story {
  const edit = (text: string): string => withImages(text, images);
  const { story, jobs } = readPart(folder, 'expected.yaml', expected, edit);
  const around = readPart(folder, 'given.yaml', given, edit);
  return {
    folder,
    title: story,
    ciFile: edit(readText(folder, '.gitlab-ci.yml')),
    policy: readPart(folder, 'policy.yaml', z.record(z.string(), z.unknown()), edit),
    jobs,
    given: {
      gitlab: (job) => ({ ...around.gitlab, ...around.jobs[job] }),
      runner: around.runner,
      pulls: around.pulls as unknown as readonly PullRule[],
      images: around.images,
      submodule: around.submodule ?? null,
      needsEmbedded:
        around.embedded ||
        [around.pulls, Object.keys(around.images), Object.keys(around.aliases)].some(
          ({ length }) => length > 0,
        ),
    },
  };
}

function readPart<T>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
  edit = (text: string): string => text,
): T {
  const { data, error } = schema.safeParse(parse(edit(readText(folder, name))) ?? {});
  if (error) throw new Error(`${folder}/${name}: ${z.prettifyError(error)}`);
  return data;
}

function readText(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function withImages(text: string, images: ImageNames): string {
  return text
    .replaceAll(written.build, images.build)
    .replaceAll(written.helper, images.helper)
    .replaceAll(written.busybox, images.busybox);
}
