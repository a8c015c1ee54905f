// Runs a stage in what GitLab Runner gave it, and answers with the exit code that it expects. The one place that turns a stage's
// end into an exit, for a process of its own and for the resident alike.
import { decideExit, type Exit } from '../../src/outcome/decide-exit.ts';
import { describeFailure } from '../../src/outcome/describe-failure.ts';
import type { StageFiles, StageIo } from '../../src/stage/stage-io.ts';
import type { StageOutput } from './stage-output.ts';

export interface StageSurroundings {
  readonly env: StageIo['env'];
  readonly output: StageOutput;
  readonly files: StageFiles;
  readonly signal: AbortSignal;
  readonly orphaned: AbortSignal;
  /** Rejects with what nobody caught. */
  readonly crash: Promise<never>;
}

export type Stage = (io: StageIo) => Promise<void>;

/** Anything uncaught is a system failure. @returns the exit code, once the last words are written or nobody wants them */
export async function runToEnd(stage: Stage, surroundings: StageSurroundings): Promise<number> {
  const { output, orphaned } = surroundings;
  let error: unknown;
  try {
    await Promise.race([stage(stageIo(surroundings)), surroundings.crash]);
  } catch (thrown) {
    error = thrown ?? new Error('A stage failed without an error.');
  }
  const exit = await logEnd(error, surroundings);
  // Whoever asks again while a stuck reader holds the last words back wants no more.
  await Promise.race([output.written(), aborted(orphaned)]);
  return exit;
}

function stageIo({ env, output, files, signal, orphaned }: StageSurroundings): StageIo {
  return {
    env,
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

/** @returns the exit code */
async function logEnd(error: unknown, { env, files, output }: StageSurroundings): Promise<number> {
  if (error === undefined) return 0;
  const { exitCode, codeFile } = decideExit(error, env);
  log(output, describeFailure(error));
  if (codeFile) await putCode(codeFile, { files, output });
  return exitCode;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A number, whole or not at all: GitLab Runner takes an empty file for a failure of the system, and none for exit code 1. */
async function putCode(
  { path, content }: NonNullable<Exit['codeFile']>,
  { files, output }: Pick<StageSurroundings, 'files' | 'output'>,
): Promise<void> {
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
