// One pipeline of the gallery, run: how each of its jobs ended, and what its author reads.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterUnderTest } from '../cluster/cluster-under-test.ts';
import type { Variables } from '../model-runner/gitlab/job-definition.ts';
import type { PipelineJobResult } from '../model-runner/run-pipeline.ts';
import { comparableLog } from './comparable-log.ts';
import type { GalleryPipeline, JobEnd } from './gallery.ts';
import { makePipelineRepository } from './pipeline-repository.ts';

export interface FinishedJob {
  readonly name: string;
  readonly end: JobEnd;
  /** Of every attempt, comparable. */
  readonly log: string;
}

let nextProjectId = 1;

/** Compilers need more than the suites' shell scripts. */
const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '2', memory: '1Gi' } };

export async function runGalleryPipeline(
  cluster: ClusterUnderTest,
  pipeline: GalleryPipeline,
  directory: string,
): Promise<readonly FinishedJob[]> {
  const projectId = nextProjectId++;
  const repository = makePipelineRepository(pipeline, directory);
  const { jobs } = await cluster.runPipeline(
    {
      ...{ repository, project: `gallery/${pipeline.name}`, variables: variablesOf(pipeline, directory) },
      ...(pipeline.only && { only: pipeline.only }),
      // Caches belong to a project.
      fit: (job) => ({ ...job, project_id: projectId }),
      ...(pipeline.pushed.length > 0 && { before: parentOf(repository) }),
    },
    {
      directory,
      policy: {
        service_readiness: { timeout: '45s' },
        resources: { build: resources, helper: resources, service: resources, init: resources },
        ...pipeline.policy,
      },
      runner: { cache: 'shared', ...pipeline.runner },
    },
  );
  return jobs
    .filter(({ attempts }) => attempts.length > 0)
    .map((job) => ({ name: job.name, end: endOf(job), log: logOf(job, pipeline) }));
}

const parentOf = (repository: string): string =>
  execFileSync('git', ['rev-parse', 'HEAD~1'], { cwd: repository, encoding: 'utf8' }).trim();

/** As the project's settings have them. */
function variablesOf({ variables, ssh_key: wantsKey }: GalleryPipeline, directory: string): Variables {
  const written = Object.entries(variables).map(([key, value]) => ({ key, value, public: false }));
  if (!wantsKey) return written;
  const key = join(directory, 'ssh-key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'deploy', '-f', key]);
  return [
    ...written,
    { key: 'SSH_PRIVATE_KEY', value: readFileSync(key, 'utf8'), public: false, file: true },
    { key: 'SSH_PUBLIC_KEY', value: readFileSync(`${key}.pub`, 'utf8').trim(), public: false },
  ];
}

function endOf({ attempts, state, allowedFailure, coverage }: PipelineJobResult): JobEnd {
  const last = attempts.at(-1);
  return {
    state,
    failure_reason: last?.failureReason ?? null,
    exit_code: last?.exitCode ?? null,
    allowed_failure: allowedFailure,
    attempts: attempts.length,
    coverage,
    artifacts: (last?.artifacts ?? []).map(({ name }) => name),
  };
}

function logOf({ attempts }: PipelineJobResult, { varying }: GalleryPipeline): string {
  const own = varying.map((pattern) => [new RegExp(pattern, 'gm'), '…'] as const);
  return attempts.map(({ readableTrace }) => comparableLog(readableTrace, own)).join('\n');
}
