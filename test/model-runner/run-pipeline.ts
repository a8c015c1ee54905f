// Plays a whole pipeline of a repository's `.gitlab-ci.yml`: its jobs by stage or by `needs`, with artifacts, dotenv variables and
// caches from one to the next, `when`, `retry`, `allow_failure` (GitLab: app/services/ci/pipeline_processing).
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { PipelineSource } from './ci-file/pipeline-context.ts';
import { readPipeline } from './ci-file/read-pipeline.ts';
import { retries } from './ci-file/retry.ts';
import type { JobDefinition } from './gitlab/job-definition.ts';
import { firstPipelineId } from './gitlab/predefined-variables.ts';
import { type ModelGitLab, startModelGitLab } from './gitlab/start-model-gitlab.ts';
import type { Hook, RunJobOptions } from './options.ts';
import { decide, type PipelineState, type Progress, pipelineStatus } from './pipeline-states.ts';
import type { JobResult } from './result.ts';
import { runJob } from './run-job.ts';

export interface RunPipelineOptions extends PipelineSource, Omit<RunJobOptions, 'job' | 'on' | 'onTrace'> {
  /** Fits a job to the place where it runs: another image, more variables … */
  readonly fit?: (job: JobDefinition) => JobDefinition;
  /** Jobs that are run; the others of the pipeline are left out. Default: all. */
  readonly only?: readonly string[];
  /** Manual jobs that somebody starts as soon as they can be. */
  readonly play?: readonly string[];
  /** Things to do while a job runs, by its name. */
  readonly on?: Readonly<Record<string, readonly Hook[]>>;
  /** Jobs at a time, as in config.toml. Default 1. */
  readonly concurrent?: number;
}

export interface PipelineResult {
  /** `manual`: it waits for a job that somebody must start. */
  readonly status: 'success' | 'failed' | 'canceled' | 'manual';
  /** In GitLab's order: by stage, then as they stand in the file. */
  readonly jobs: readonly PipelineJobResult[];
}

export interface PipelineJobResult {
  readonly name: string;
  readonly stage: string;
  /** `created`: it waits for a manual job. */
  readonly state: PipelineState;
  /** Failed, and the pipeline goes on as if it had not. */
  readonly allowedFailure: boolean;
  /** Every run of it; each is a job with an id of its own. */
  readonly attempts: readonly JobResult[];
  /** Percent, by the job's `coverage`; null: none is asked for or found. */
  readonly coverage: number | null;
}

/** @throws when the file asks for what the model cannot do; see `readPipeline` */
export async function runPipeline(options: RunPipelineOptions): Promise<PipelineResult> {
  if (options.gitlab) return await runOn(options.gitlab, options);
  const gitlab = await startModelGitLab({ dataDir: mkdtempSync(join(options.tempDir, 'gitlab-')) });
  try {
    return await runOn(gitlab, options);
  } finally {
    await gitlab.close();
  }
}

const lastPipelineIds = new WeakMap<ModelGitLab, number>();

/** Two pipelines that start at once are two all the same: jobs take artifacts and variables from their own alone. */
function nextPipelineId(gitlab: ModelGitLab): number {
  const id = (lastPipelineIds.get(gitlab) ?? firstPipelineId - 1) + 1;
  lastPipelineIds.set(gitlab, id);
  return id;
}

async function runOn(gitlab: ModelGitLab, options: RunPipelineOptions): Promise<PipelineResult> {
  const { stages, jobs } = readPipeline(options);
  const wanted = jobs.filter(({ definition: { name } }) => options.only?.includes(name) ?? true);
  const progress: readonly Progress[] = wanted.map((job) => ({ job, state: 'created', attempts: [] }));
  const pipelineId = nextPipelineId(gitlab);
  const running = new Set<Promise<void>>();
  for (;;) {
    for (const each of decide(progress, { stages, play: options.play ?? [] })) {
      if (running.size >= (options.concurrent ?? 1)) break;
      each.state = 'running';
      const run = runAttempts(each, { gitlab, options, pipelineId }).finally(() => running.delete(run));
      running.add(run);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  return { status: pipelineStatus(progress), jobs: progress.map(resultOf) };
}

interface Place {
  readonly gitlab: ModelGitLab;
  readonly options: RunPipelineOptions;
  readonly pipelineId: number;
}

/** Until it succeeds, or `retry` is used up. */
async function runAttempts(each: Progress, { gitlab, options, pipelineId }: Place): Promise<void> {
  const { executor, tempDir, runner, env, signal, fit, on } = options;
  const { definition, retry } = each.job;
  const job = { ...(fit?.(definition) ?? definition), pipeline_id: pipelineId };
  for (;;) {
    const result = await runJob({
      ...{ executor, tempDir, gitlab, job },
      ...(runner && { runner }),
      ...(env && { env }),
      ...(signal && { signal }),
      on: on?.[definition.name] ?? [],
    });
    each.attempts.push(result);
    each.state = result.state === 'running' ? 'failed' : result.state;
    const { failureReason: reason, exitCode } = result;
    const isOver = each.state !== 'failed' || options.signal?.aborted === true;
    if (isOver || !retries(retry, { reason, exitCode, attempts: each.attempts.length })) return;
  }
}

function resultOf({ job, state, attempts }: Progress): PipelineJobResult {
  const { name, stage = 'test' } = job.definition;
  const last = attempts.at(-1);
  return {
    ...{ name, stage, attempts },
    state: state === 'running' ? 'failed' : state,
    allowedFailure: last?.allowedFailure === true,
    coverage: job.coverage === null || !last ? null : coverageOf(last.readableTrace, job.coverage),
  };
}

/** The last line that matches decides. */
function coverageOf(log: string, pattern: RegExp): number | null {
  const found = log.split('\n').flatMap((line) => pattern.exec(line) ?? []);
  const [figure] = /\d+(?:\.\d+)?/.exec(found.at(-1) ?? '') ?? [];
  return figure === undefined ? null : Number(figure);
}
