// The process a stage runs in: environment, output, signals. The one place that turns a stage's end into an exit.
import { constants, write as writeCallback, writeSync } from 'node:fs';
import { access, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { decideExit, type Exit } from '../src/outcome/decide-exit.ts';
import { describeFailure } from '../src/outcome/describe-failure.ts';
import type { StageFiles, StageIo } from '../src/stage/stage-io.ts';

const write = promisify(writeCallback);
/** Our files hold where pods are: nobody else on the runner's machine needs them. */
const privateMode = 0o600;
/** How soon we notice that GitLab Runner was killed: its children live on, with another parent. */
const parentCheckMilliseconds = 2000;
/** A pipe that takes nothing for a moment; we ask again. */
const fullPipePauseMilliseconds = 5;

/** Runs a stage and ends the process with what GitLab Runner expects. Anything uncaught is a system failure. */
export async function runStage(stage: (io: StageIo) => Promise<void>): Promise<never> {
  const stop = new AbortController();
  const vanish = new AbortController();
  const stopWatching = watchSignals(stop, vanish);
  const crash = Promise.withResolvers<never>();
  // Not once: a second one would end the process with Node's own code 1, which blames the author.
  process.on('uncaughtException', crash.reject).on('unhandledRejection', crash.reject);
  let error: unknown;
  try {
    await Promise.race([stage(stageIo(stop.signal, vanish)), crash.promise]);
  } catch (thrown) {
    error = thrown ?? new Error('A stage failed without an error.');
  }
  stopWatching();
  return endProcess(error);
}

function stageIo(signal: AbortSignal, vanish: AbortController): StageIo {
  return {
    env: process.env,
    output: (bytes) => writeAll(1, bytes, vanish),
    tell: (text) => tell(text, vanish),
    files,
    signal,
    vanished: vanish.signal,
  };
}

/** First TERM or INT: end in good order. Second one, a closed log or a lost parent: nobody listens any more. */
function watchSignals(stop: AbortController, vanish: AbortController): () => void {
  const parent = process.ppid;
  const heard = (): void => {
    if (stop.signal.aborted) vanish.abort();
    stop.abort();
  };
  process.on('SIGTERM', heard).on('SIGINT', heard);
  vanish.signal.addEventListener('abort', () => stop.abort());
  const timer = setInterval(() => {
    if (process.ppid !== parent) vanish.abort();
  }, parentCheckMilliseconds).unref();
  return () => clearInterval(timer);
}

/** Not process.stdout: that blocks the whole program on a full pipe, and with it the answers to the API server's pings. */
async function writeAll(descriptor: number, bytes: Uint8Array, vanish: AbortController): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    try {
      written += (await write(descriptor, bytes, written)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
        vanish.abort();
        throw error;
      }
      await sleep(fullPipePauseMilliseconds);
    }
  }
}

/** Few and short: written at once, so that no word is lost at the end. */
function tell(text: string, vanish: AbortController): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.byteLength) {
    try {
      written += writeSync(2, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') continue;
      vanish.abort();
      return;
    }
  }
}

const files: StageFiles = {
  read: (path) => readFile(path),
  exists: (path) =>
    access(path, constants.F_OK).then(
      () => true,
      () => false,
    ),
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

async function endProcess(error: unknown): Promise<never> {
  if (error === undefined) process.exit(0);
  const { exitCode, codeFile } = decideExit(error, process.env);
  tell(describeFailure(error), new AbortController());
  if (codeFile) await putCode(codeFile);
  process.exit(exitCode);
}

/** A number, whole or not at all: GitLab Runner takes an empty file for a failure of the system, and none for exit code 1. */
async function putCode({ path, content }: NonNullable<Exit['codeFile']>): Promise<void> {
  try {
    if (content === null) await files.remove(path);
    else await files.writePrivate(path, content);
  } catch (cause) {
    await files.remove(path).catch(() => undefined);
    tell(
      `Cannot write BUILD_EXIT_CODE_FILE: ${(cause as Error).message}. GitLab will show exit code 1.\n`,
      new AbortController(),
    );
  }
}
