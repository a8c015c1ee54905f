// One call of the executor: its own process group, /dev/null as stdin, pipes that are read to their end, TERM and then KILL when
// its context is over (executors/custom/command, helpers/process).
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Sink } from '../trace/sink.ts';
import { buildFailureExitCode, systemFailureExitCode } from './call-environment.ts';
import { type ChildPipe, openChildPipe } from './child-pipe.ts';
import { type Context, over } from './context.ts';
import { buildFailure, type Failure, systemFailure, unknownExit } from './failure.ts';
import { goSignal, goStartError } from './go-words.ts';

export interface DriverCall {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The runner's own environment. */
  readonly inheritedEnv: Readonly<Record<string, string | undefined>>;
  /** What the runner adds, and what wins. */
  readonly ownEnv: Readonly<Record<string, string>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly context: Context;
  readonly gracefulKillMs: number;
  readonly forceKillMs: number;
  /** BUILD_EXIT_CODE_FILE. */
  readonly codeFile: string;
}

/** How the process ended, all its output read. */
interface CallEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly startError: string | null;
}

export interface RunningCall {
  readonly process: ChildProcess;
  readonly end: Promise<CallEnd>;
  /** As when the reader of a pipe is gone: the process learns of it when it writes next. */
  readonly letGo: () => void;
}

/** Starts at once, so that what happens next happens to a running call. A string: why it could not be started. */
export function startCall({
  argv,
  cwd,
  inheritedEnv,
  ownEnv,
  stdout,
  stderr,
}: DriverCall): RunningCall | string {
  const [file = '', ...args] = argv;
  const pipes = [openChildPipe(), openChildPipe()] as const;
  let child: ChildProcess;
  try {
    const stdio = ['ignore', ...pipes.map(({ writer }) => writer)] as const;
    child = spawn(file, args, {
      cwd,
      env: { ...inheritedEnv, ...ownEnv },
      stdio: [...stdio],
      detached: true,
    });
  } catch (error) {
    for (const { reader } of pipes) reader.destroy();
    return goStartError(file, (error as NodeJS.ErrnoException).code);
  } finally {
    for (const pipe of pipes) pipe.closeWriter();
  }
  const [out, err] = pipes;
  out.reader.on('data', (chunk: Buffer) => stdout.write(chunk.toString('latin1')));
  err.reader.on('data', (chunk: Buffer) => stderr.write(chunk.toString('latin1')));
  return {
    process: child,
    end: endOf(child, file, pipes),
    letGo: () => {
      for (const { reader } of pipes) reader.destroy();
      child.unref();
    },
  };
}

/** Its pipes too: a process that still holds them keeps the call open, as it does in Go. */
async function endOf(child: ChildProcess, file: string, pipes: readonly ChildPipe[]): Promise<CallEnd> {
  const closed = pipes.map(({ reader }) => new Promise((resolve) => reader.once('close', resolve)));
  const exited = new Promise<CallEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return;
      resolve({ exitCode: null, signal: null, startError: goStartError(file, error.code) });
    });
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal, startError: null }));
  });
  const [end] = await Promise.all([exited, ...closed]);
  return end;
}

/** null: the call succeeded. */
export async function finishCall(call: DriverCall, running: RunningCall): Promise<Failure | null> {
  const first = await Promise.race([running.end, over(call.context).then(() => 'over' as const)]);
  if (first !== 'over') return failureOf(first, call.codeFile);
  signalGroup(running.process, 'SIGTERM');
  const graceful = await endWithin(running, call.gracefulKillMs);
  if (graceful) return failureOf(graceful, call.codeFile);
  signalGroup(running.process, 'SIGKILL');
  const forced = await endWithin(running, call.forceKillMs);
  if (forced) return failureOf(forced, call.codeFile);
  return systemFailure(`failed to kill process PID=${running.process.pid ?? 0}, likely process is dormant`);
}

async function endWithin(running: RunningCall, milliseconds: number): Promise<CallEnd | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), milliseconds).unref();
  });
  const end = await Promise.race([running.end, late]);
  clearTimeout(timer);
  return end;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // The group is gone; its pipes may still be read.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function startFailure(words: string): Failure {
  return systemFailure(`failed to start command: ${words}`);
}

function failureOf(end: CallEnd, codeFile: string): Failure | null {
  if (end.startError !== null) return startFailure(end.startError);
  if (end.signal !== null) return unknownExit(-1, `signal: ${goSignal(end.signal)}`);
  const status = `exit status ${end.exitCode ?? -1}`;
  switch (end.exitCode) {
    case 0:
      return null;
    case buildFailureExitCode:
      return checkCodeFile(codeFile, status);
    case systemFailureExitCode:
      return systemFailure(status);
    default:
      return unknownExit(end.exitCode ?? -1, status);
  }
}

/** First line only, no blanks around it, any integer: Go's bufio.ScanLines and strconv.Atoi. */
function checkCodeFile(codeFile: string, status: string): Failure {
  const text = readIfThere(codeFile);
  if (text === null) return buildFailure(status, 'script_failure', buildFailureExitCode);
  const line = text.split('\n')[0]?.replace(/\r$/, '') ?? '';
  if (!/^[+-]?\d{1,18}$/.test(line)) return unknownExit(systemFailureExitCode, status);
  return buildFailure(`exit status ${line}`, 'script_failure', Number(line));
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
