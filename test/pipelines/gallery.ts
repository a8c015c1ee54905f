// A pipeline of the gallery: a folder with a `.gitlab-ci.yml`, what it needs, and the logs that its author should see. README.md tells
// the format.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const end = z.strictObject({
  state: z.enum(['created', 'success', 'failed', 'canceled', 'skipped', 'manual']),
  failure_reason: z.string().nullable(),
  exit_code: z.int().nullable(),
  allowed_failure: z.boolean(),
  attempts: z.int(),
  coverage: z.number().nullable(),
  artifacts: z.array(z.string()),
});

const schema = z.strictObject({
  shows: z.string(),
  needs: z.array(z.string()).default([]),
  ends: z.record(z.string(), end.partial()).default({}),
  varying: z.array(z.string()).default([]),
  policy: z.record(z.string(), z.unknown()).default({}),
  runner: z.record(z.string(), z.unknown()).default({}),
  variables: z.record(z.string(), z.string()).default({}),
  submodule: z.string().optional(),
  lfs: z.array(z.string()).default([]),
  pushed: z.array(z.string()).default([]),
  only: z.array(z.string()).optional(),
  ssh_key: z.boolean().default(false),
  published: z.boolean().default(true),
});

/** What is expected of a job of which a pipeline says nothing. */
export const successful: JobEnd = {
  state: 'success',
  failure_reason: null,
  exit_code: null,
  allowed_failure: false,
  attempts: 1,
  coverage: null,
  artifacts: [],
};

export type JobEnd = z.infer<typeof end>;

export interface GalleryPipeline extends z.infer<typeof schema> {
  readonly name: string;
  readonly folder: string;
  readonly ciFile: string;
}

/** @throws with the file and key of what a pipeline says wrongly */
export function readGallery(): readonly GalleryPipeline[] {
  return readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => existsSync(join(import.meta.dirname, entry.name, '.gitlab-ci.yml')))
    .map(({ name }) => readPipelineFolder(join(import.meta.dirname, name)));
}

function readPipelineFolder(folder: string): GalleryPipeline {
  const { data, error } = schema.safeParse(parse(readFileSync(join(folder, 'pipeline.yaml'), 'utf8')));
  if (error) throw new Error(`${folder}/pipeline.yaml: ${z.prettifyError(error)}`);
  const ciFile = readFileSync(join(folder, '.gitlab-ci.yml'), 'utf8');
  return { ...data, name: basename(folder), folder, ciFile };
}
