// Plays GitLab and GitLab Runner 19.4 towards a custom executor, for one job: the same calls, environment, scripts, log and final
// state. See README.md beside this file.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { readCiJob } from './gitlab/read-ci-job.ts';
import { isAllowedFailure, knownReason, type RemoteJob } from './gitlab/remote-job.ts';
import { type ModelGitLab, startModelGitLab } from './gitlab/start-model-gitlab.ts';
import type { RunJobOptions } from './options.ts';
import type { JobResult } from './result.ts';
import { allVariables, type Build, createBuild } from './runner/build.ts';
import type { Failure } from './runner/failure.ts';
import { changedFlags } from './runner/feature-flags.ts';
import { watchHooks } from './runner/hooks.ts';
import type { Ends } from './runner/job-ends.ts';
import { runBuild } from './runner/run-build.ts';
import { readRunnerConfig } from './runner/runner-config.ts';
import { type RunnerProcess, startRunnerProcess } from './runner/runner-process.ts';
import { sendTrace } from './runner/send-trace.ts';
import { runnerVersion } from './runner/version.ts';
import { type JobLog, openJobLog } from './trace/job-log.ts';
import { type LimitedTrace, limitedTrace } from './trace/limited-trace.ts';

/** Resolves when GitLab has the final state, or when the runner has died. */
export async function runJob(options: RunJobOptions): Promise<JobResult> {
  if (options.gitlab) return await runOn(options.gitlab, options);
  const gitlab = await startModelGitLab({ dataDir: mkdtempSync(join(options.tempDir, 'gitlab-')) });
  try {
    return await runOn(gitlab, options);
  } finally {
    await gitlab.close();
  }
}

async function runOn(gitlab: ModelGitLab, options: RunJobOptions): Promise<JobResult> {
  const definition = 'ciJob' in options.job ? readCiJob(options.job) : options.job;
  const remote = gitlab.createJob(definition);
  const config = readRunnerConfig(options.runner ?? {});
  const runner = startRunnerProcess({ shutdownMs: config.shutdownMs });
  const build = createBuild(remote.payload, { config, gitlab });
  const trace = limitedTrace(config.outputLimitBytes, (bytes) => options.onTrace?.(bytes.toString('utf8')));
  const ends: Ends = { cancel: () => undefined, abort: () => undefined };
  const sender = sendTrace(trace, { remote, ends, config });
  const hooks = watchHooks(options.on ?? [], { remote, runner });
  const abort = () => runner.signal('SIGTERM');
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort);
  const story = runStory({ options, build, runner, trace, ends }).then((failure) => {
    sender.finish();
    remote.finish(finalState(remote, failure));
  });
  try {
    await Promise.race([story, runner.died]);
  } finally {
    sender.stop();
    options.signal?.removeEventListener('abort', abort);
  }
  await hooks.settled();
  return describeResult({ remote, runner, gitlab });
}

interface Story {
  readonly options: RunJobOptions;
  readonly build: Build;
  readonly runner: RunnerProcess;
  readonly trace: LimitedTrace;
  readonly ends: Ends;
}

async function runStory(story: Story): Promise<Failure | null> {
  const { options, build, runner, trace, ends } = story;
  printHead(build, trace);
  const log = openLog(build, trace);
  const env = options.env ?? process.env;
  const world = { build, executor: options.executor, runner, log, tempDir: options.tempDir, env };
  const failure = await runBuild(world, ends);
  log.close();
  const last = openLog(build, trace);
  if (failure === null) last.info('Job succeeded');
  else last.error(`Job failed${isSystemFailure(failure) ? ' (system failure)' : ''}: ${failure.text}`);
  last.close();
  trace.close();
  return failure;
}

function printHead(build: Build, trace: LimitedTrace): void {
  const log = openLog(build, trace);
  const { config, flags } = build;
  log.print(`Running with ${runnerVersion.name} ${runnerVersion.version} (${runnerVersion.revision})`);
  log.print(`  on ${config.name} ${config.shortToken}, system ID: ${config.systemId}`);
  const changed = changedFlags(flags);
  if (changed !== '') log.print(`  feature flags: ${changed}`);
  log.close();
}

function openLog(build: Build, trace: LimitedTrace): JobLog {
  const { features } = build.payload;
  return openJobLog({
    trace,
    maskedValues: allVariables(build).flatMap((variable) => (variable.masked ? [variable.value] : [])),
    tokenPrefixes: features.token_mask_prefixes,
    maskDefaultTokens: build.flags.get('FF_MASK_ALL_DEFAULT_TOKENS') ?? true,
    timestamps: build.flags.get('FF_TIMESTAMPS') ?? true,
    sections: features.trace_sections,
  });
}

function isSystemFailure(failure: Failure): boolean {
  return failure.kind !== 'build' || failure.reason === 'runner_system_failure';
}

/** What GitLab is told; a failure without a reason of its own is the system's. */
function finalState(remote: RemoteJob, failure: Failure | null) {
  if (failure === null) return { state: 'success', failureReason: null, exitCode: null } as const;
  const isBuild = failure.kind === 'build';
  const reason = isBuild ? failure.reason : 'runner_system_failure';
  const exitCode = isBuild ? failure.exitCode : 0;
  return {
    state: 'failed',
    failureReason: knownReason(reason, remote.payload.features.failure_reasons),
    exitCode: exitCode === 0 ? null : exitCode,
  } as const;
}

function describeResult(world: {
  readonly remote: RemoteJob;
  readonly runner: RunnerProcess;
  readonly gitlab: ModelGitLab;
}): JobResult {
  const { remote, runner, gitlab } = world;
  const leftRunning = runner.release();
  const state = remote.status === 'canceling' ? 'running' : remote.status;
  return {
    id: remote.payload.id,
    name: remote.definition.name,
    state,
    failureReason: remote.final?.failureReason ?? null,
    exitCode: remote.final?.exitCode ?? null,
    allowedFailure: state === 'failed' ? isAllowedFailure(remote) : null,
    trace: remote.trace(),
    readableTrace: remote.readableTrace(),
    calls: [...runner.calls],
    artifacts: [...remote.artifacts],
    caches: gitlab.caches(remote.payload.job_info.project_id),
    runnerLog: [...runner.log],
    leftRunning,
  };
}
