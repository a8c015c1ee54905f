// The story of one job as GitLab Runner tells it (common/build.go Run, run, retryCreateExecutor).
import { colours } from '../trace/colours.ts';
import { type Attempt, newAttempt } from './attempt.ts';
import { type Context, childContext, over } from './context.ts';
import { buildFailure, contextCanceled, type Failure, jobCanceled } from './failure.ts';
import { type Ends, endOfJob, stageTimeout } from './job-ends.ts';
import { runSubStages, type SubStageRun } from './run-sub-stages.ts';
import type { JobWorld } from './world.ts';

/** Tries to have an executor this often. */
const preparationAttempts = 3;

/** null: the job succeeded. Cleanup has ended when it resolves. */
export async function runBuild(world: JobWorld, ends: Ends): Promise<Failure | null> {
  const { build } = world;
  const context = childContext(null, { timeoutMs: build.timeoutMs });
  ends.cancel = ends.abort = () => context.cancel();
  if (build.settings.mistakes.length > 0) world.log.warn(build.settings.mistakes.join('\n'));
  const prepareContext = childContext(context, stageTimeout(build, 'prepare'));
  const prepared = await world.log.section('prepare_executor', async () => {
    world.log.print(`${colours.boldCyan}Preparing the "custom" executor${colours.reset}`);
    return await prepareExecutor(world, prepareContext);
  });
  if ('failure' in prepared) {
    context.cancel();
    return prepared.failure;
  }
  const failure = await runJobContext({ world, ends, context, prepareContext, attempt: prepared.attempt });
  await prepared.attempt.cleanup();
  context.cancel();
  return failure;
}

async function prepareExecutor(
  world: JobWorld,
  context: Context,
): Promise<{ readonly attempt: Attempt } | { readonly failure: Failure }> {
  let failure: Failure | null = null;
  for (let count = 0; count < preparationAttempts; count++) {
    const attempt = newAttempt(world);
    failure = await attempt.prepare(context);
    if (failure === null) return { attempt };
    await attempt.cleanup();
    if (failure.kind === 'build') return { failure };
    const ended = context.failure();
    if (ended) return { failure: endOfJob(world.build, ended) };
    world.log.error(`Preparation failed: ${failure.text}`);
    world.log.info('Will be retried in 3s ...');
    await Promise.race([world.runner.pause(world.build.config.pauses.preparationRetryMs), over(context)]);
    const endedMeanwhile = context.failure();
    if (endedMeanwhile) return { failure: endOfJob(world.build, endedMeanwhile) };
  }
  return { failure: failure ?? jobCanceled };
}

/** Waits for whatever comes first: the job's end, its deadline, a cancel, the runner's shutdown. */
async function runJobContext(
  run: Omit<SubStageRun, 'context'> & { readonly context: Context },
): Promise<Failure | null> {
  const { world, context } = run;
  const runContext = childContext(context);
  const finished = runSubStages({ ...run, context: runContext });
  const first = await Promise.race([
    finished.then((failure) => ({ finished: failure })),
    over(context).then(() => 'over' as const),
    world.runner.interrupted,
  ]);
  const ended = context.failure();
  if (typeof first !== 'string') return ended ? endOfJob(world.build, ended) : first.finished;
  const failure =
    first === 'over'
      ? endOfJob(world.build, ended ?? contextCanceled)
      : buildFailure(`aborted: ${first}`, 'runner_interrupted');
  runContext.cancel();
  await waitForEnd(world, finished);
  return failure;
}

/** A call that does not end in time is left behind. */
async function waitForEnd(world: JobWorld, finished: Promise<unknown>): Promise<void> {
  const { runner, build, log } = world;
  const late = runner.pause(build.config.pauses.buildFinishMs).then(() => 'late' as const);
  if ((await Promise.race([finished, late])) === 'late')
    log.warn('Timed out waiting for the build to finish');
}
