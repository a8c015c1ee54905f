// The sub-stages of a job in their order, and what still runs after a failure (common/build.go executeScript, executeUserScripts).
import type { Attempt } from './attempt.ts';
import { allVariables } from './build.ts';
import { type Context, childContext } from './context.ts';
import { buildFailure, type Failure, jobCanceled } from './failure.ts';
import { parseGoDuration } from './go-words.ts';
import { type Ends, stageTimeout, statusAfter } from './job-ends.ts';
import { type SubStage, subStage, userSubStage } from './sub-stage.ts';
import { variableValue } from './variables.ts';
import type { JobWorld } from './world.ts';

export interface SubStageRun {
  readonly world: JobWorld;
  readonly ends: Ends;
  readonly attempt: Attempt;
  readonly context: Context;
  readonly prepareContext: Context;
}

const afterScriptTimeoutMs = 5 * 60_000;
/** A pause between two attempts of a sub-stage never grows beyond this. */
const maxRetryPauseMs = 5 * 60_000;

export async function runSubStages(run: SubStageRun): Promise<Failure | null> {
  const prepared = await execute(run, subStage('prepare_script'), run.prepareContext);
  if (prepared) return prepareScriptFailure(run, prepared);
  const sources = await fetchSources(run);
  if (sources?.isFinal) return sources.failure;
  const jobFailure = sources?.failure ?? (await restore(run)) ?? (await runUserScripts(run));
  const cacheFailure = await execute(
    run,
    subStage(jobFailure ? 'archive_cache_on_failure' : 'archive_cache'),
  );
  const outcome = jobFailure ? 'on_failure' : 'on_success';
  const uploadFailure = await execute(run, subStage(`upload_artifacts_${outcome}`));
  await execute(run, subStage('cleanup_file_variables'));
  return jobFailure ?? cacheFailure ?? uploadFailure;
}

/** One sub-stage, unless its time is over already. */
async function execute(run: SubStageRun, stage: SubStage, context = run.context): Promise<Failure | null> {
  const over = context.failure();
  if (over) return over;
  const failure = await run.attempt.run(stage, context);
  const ended = context.failure();
  if (ended && ended.kind !== 'canceled') warnOfTimeout(run.world, stage.name);
  return failure;
}

function warnOfTimeout({ log }: JobWorld, subject: string): void {
  log.warn(
    `${subject} could not run to completion because the timeout was exceeded. ` +
      'For more control over job and script timeouts see: ' +
      'https://docs.gitlab.com/ci/runners/configure_runners/#set-script-and-after_script-timeouts',
  );
}

function prepareScriptFailure({ prepareContext }: SubStageRun, failure: Failure): Failure {
  const ended = prepareContext.failure();
  if (ended?.kind === 'build') return ended;
  const text =
    `prepare environment: ${failure.text}. ` +
    'Check https://docs.gitlab.com/runner/shells/#shell-profile-loading for more information';
  return { ...failure, text };
}

/** `isFinal`: nothing else runs. null: the sources are there. */
async function fetchSources(run: SubStageRun): Promise<{ failure: Failure; isFinal: boolean } | null> {
  const { build } = run.world;
  const context = childContext(run.context, stageTimeout(build, 'get_sources'));
  const failure = await attempts(run, build.settings.attempts.getSources, async (count) => {
    const cleared = count === 1 ? await execute(run, subStage('clear_worktree'), context) : null;
    return cleared ?? (await execute(run, subStage('get_sources'), context));
  });
  const ended = context.failure();
  context.cancel();
  if (!failure) return null;
  return ended?.kind === 'build' ? { failure: ended, isFinal: true } : { failure, isFinal: false };
}

async function restore(run: SubStageRun): Promise<Failure | null> {
  const { restoreCache, artifactDownload } = run.world.build.settings.attempts;
  return (
    (await attempts(run, restoreCache, () => execute(run, subStage('restore_cache')))) ??
    (await attempts(run, artifactDownload, () => execute(run, subStage('download_artifacts'))))
  );
}

/** Any failure is tried again, the author's as well; the pauses are not cut short by a cancel. */
async function attempts(
  { world }: SubStageRun,
  most: number,
  work: (count: number) => Promise<Failure | null>,
): Promise<Failure | null> {
  const { stageRetryMs } = world.build.config.pauses;
  for (let count = 0; ; count++) {
    const failure = await work(count);
    if (failure === null || count + 1 >= most) return failure;
    world.log.warn('Retrying...');
    await world.runner.pause(Math.min(stageRetryMs * 2 ** count, maxRetryPauseMs));
  }
}

async function runUserScripts(run: SubStageRun): Promise<Failure | null> {
  const { world, ends, context } = run;
  const scriptContext = childContext(context, {
    timeoutMs: scriptTimeout(run, 'RUNNER_SCRIPT_TIMEOUT', Infinity),
  });
  const afterTimeoutMs = scriptTimeout(run, 'RUNNER_AFTER_SCRIPT_TIMEOUT', afterScriptTimeoutMs);
  // From here on a click on Cancel ends the script only, and the rest of the job still runs.
  ends.cancel = () => scriptContext.cancel();
  const failure = scriptFailure(run, scriptContext, await runSteps(run, scriptContext));
  const ended = scriptContext.failure();
  if (ended?.kind === 'canceled' && !context.failure())
    world.log.warn('script canceled externally (UI, API)');

  world.build.status = statusAfter(failure);
  const afterContext = childContext(context, { timeoutMs: afterTimeoutMs });
  const afterFailure = await execute(run, subStage('after_script'), afterContext);
  scriptContext.cancel();
  afterContext.cancel();
  if (!afterFailure || context.failure()?.kind === 'deadline') return failure;
  if (!world.build.settings.afterScriptIgnoreErrors) return failure ?? afterFailure;
  world.log.warn(`after_script failed, but job will continue unaffected: ${afterFailure.text}`);
  return failure;
}

async function runSteps(run: SubStageRun, context: Context): Promise<Failure | null> {
  for (const step of run.world.build.payload.steps) {
    if (step.name === 'after_script') continue;
    const failure = await execute(run, userSubStage(step.name), context);
    if (failure) return failure;
  }
  return null;
}

/** A cancel or a timeout of the script alone decides, whatever the script's own end was. */
function scriptFailure(run: SubStageRun, script: Context, failure: Failure | null): Failure | null {
  const ended = script.failure();
  if (ended?.kind === 'canceled' && !run.context.failure()) return jobCanceled;
  if (ended?.kind === 'deadline' && run.context.failure()?.kind !== 'deadline') {
    return buildFailure(`script timeout: ${ended.text}`, 'job_execution_timeout');
  }
  return failure;
}

function scriptTimeout({ world, context }: SubStageRun, name: string, fallback: number): number {
  const text = variableValue(allVariables(world.build), name);
  if (text.trim() === '') return fallback;
  const duration = parseGoDuration(text);
  if (duration === null) world.log.warn(`Ignoring malformed ${name} timeout: ${text}`);
  else if (duration < 0) world.log.warn(`Ignoring relative ${name} timeout: ${text}`);
  else if (Date.now() + duration > context.deadline) {
    world.log.warn(`${name} timeout: ${text} is longer than job timeout. Setting to job timeout`);
  } else if (duration > 0) return duration;
  return fallback;
}
