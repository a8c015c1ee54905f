// The process a stage runs in: environment, output, signals. The one place that turns a stage's end into an exit.
import { constants } from 'node:fs';
import { access, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { decideExit, type Exit } from '../../src/outcome/decide-exit.ts';
import { describeFailure } from '../../src/outcome/describe-failure.ts';
import type { StageFiles, StageIo } from '../../src/stage/stage-io.ts';
import { openOutput, type StageOutput } from './stage-output.ts';

/** Our files hold where pods are: nobody else on the runner's machine needs them. */
const privateMode = 0o600;
/** How soon we notice that GitLab Runner was killed: its children live on, with another parent. */
const parentCheckMilliseconds = 2000;

/** Runs a stage and ends the process with what GitLab Runner expects. Anything uncaught is a system failure. */
export async function runStage(stage: (io: StageIo) => Promise<void>): Promise<never> {
  const stop = new AbortController();
  const abandon = new AbortController();
  const stopWatching = watchSignals(stop, abandon);
  const output = openOutput(() => abandon.abort());
  const crash = Promise.withResolvers<never>();
  // Not once: a second one would end the process with Node's own code 1, which blames the author.
  process.on('uncaughtException', crash.reject).on('unhandledRejection', crash.reject);
  let error: unknown;
  try {
    await Promise.race([stage(stageIo(output, stop.signal, abandon.signal)), crash.promise]);
  } catch (thrown) {
    error = thrown ?? new Error('A stage failed without an error.');
  }
  const exit = await logEnd(error, output);
  // Whoever asks again while a stuck reader holds the last words back wants no more.
  await Promise.race([output.written(), aborted(abandon.signal)]);
  stopWatching();
  process.exit(exit);
}

function stageIo(output: StageOutput, signal: AbortSignal, orphaned: AbortSignal): StageIo {
  return {
    env: process.env,
    output: (bytes) => output.write('log', bytes),
    log: (text) => log(output, text),
    files,
    signal,
    orphaned,
  };
}

/** That nobody reads it concerns the whole stage, not each of its messages. */
function log(output: StageOutput, text: string): void {
  if (text !== '') output.write('messages', Buffer.from(text)).catch(() => undefined);
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

const files: StageFiles = {
  read: (path) => readFile(path),
  exists: (path) =>
    access(path, constants.F_OK).then(
      () => true,
      () => false,
    ),
  list: async (directory) => {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  },
  remove: (path) => rm(path, { force: true }),
  writePrivate: async (path, text) => {
    const fresh = `${path}.${process.pid}`;
    try {
      await writeFile(fresh, text, { mode: privateMode, flag: 'wx' });
      await rename(fresh, path);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  },
};

/** @returns the exit code */
async function logEnd(error: unknown, output: StageOutput): Promise<number> {
  if (error === undefined) return 0;
  const { exitCode, codeFile } = decideExit(error, process.env);
  log(output, describeFailure(error));
  if (codeFile) await putCode(codeFile, output);
  return exitCode;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A number, whole or not at all: GitLab Runner takes an empty file for a failure of the system, and none for exit code 1. */
async function putCode({ path, content }: NonNullable<Exit['codeFile']>, output: StageOutput): Promise<void> {
  try {
    if (content === null) await files.remove(path);
    else await files.writePrivate(path, content);
  } catch (cause) {
    await files.remove(path).catch(() => undefined);
    log(
      output,
      `Cannot write BUILD_EXIT_CODE_FILE: ${(cause as Error).message}. GitLab will show exit code 1.\n`,
    );
  }
}
