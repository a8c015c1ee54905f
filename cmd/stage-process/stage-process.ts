// The process a stage runs in: environment, output, signals.
import { runToEnd, type Stage } from './run-to-end.ts';
import { stageFiles } from './stage-files.ts';
import { openStageOutput, ownDescriptors } from './stage-output.ts';

/** How soon we notice that GitLab Runner was killed: its children live on, with another parent. */
const parentCheckMilliseconds = 2000;

/** Runs a stage and ends the process with what GitLab Runner expects. */
export async function runStage(stage: Stage): Promise<never> {
  const stop = new AbortController();
  const abandon = new AbortController();
  const stopWatching = watchSignals(stop, abandon);
  // The launcher was asked already, when a resident still did the stage.
  if (process.env['GITLAB_POD_EXECUTOR_STOPPED']) stop.abort();
  const output = openStageOutput(ownDescriptors, () => abandon.abort());
  const crash = Promise.withResolvers<never>();
  // Not once: a second one would end the process with Node's own code 1, which blames the author.
  process.on('uncaughtException', crash.reject).on('unhandledRejection', crash.reject);
  const exit = await runToEnd(stage, {
    env: process.env,
    output,
    files: stageFiles,
    signal: stop.signal,
    orphaned: abandon.signal,
    crash: crash.promise,
  });
  stopWatching();
  process.exit(exit);
}

/** First TERM or INT: end in good order. Second one, a closed log or a lost parent: nobody listens any more. */
function watchSignals(stop: AbortController, abandon: AbortController): () => void {
  const parent = process.ppid;
  const onSignal = (): void => {
    if (stop.signal.aborted) abandon.abort();
    stop.abort();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  abandon.signal.addEventListener('abort', () => stop.abort());
  const timer = setInterval(() => {
    if (process.ppid !== parent) abandon.abort();
  }, parentCheckMilliseconds).unref();
  return () => clearInterval(timer);
}
