// Calling crun: `run` stays as the parent of its container, `exec` as that of its process; both end with their exit code.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitOf, kill, runsOwnProgram } from './child.ts';
import { holdStartOutput, inOwnSession, notExecuted } from './first-words.ts';
import type { MemoryCgroup } from './memory-cgroups.ts';
import { processConfig } from './oci-config.ts';
import { type Pipes, readPipe, writePipe } from './pipes.ts';
import { asRuncSays } from './runtime-words.ts';
import { type ContainerPlan, type ExecProcess, type ProcessPlan, StartFailure } from './sandbox.ts';

export interface Crun {
  /** crun's own state. */
  readonly stateDirectory: string;
  readonly pipes: Pipes;
  /** Different for every call. */
  readonly nextNumber: () => number;
}

export interface Bundle {
  readonly id: string;
  readonly directory: string;
}

/** A program and its arguments, as `spawn` takes them. */
type Command = readonly string[];

export interface RunningBundle {
  readonly pid: number;
  /** crun itself, which waits for the container. */
  readonly crunPid: number;
  readonly exited: Promise<number>;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

/** How often we look whether a container runs; it takes some 10 ms. */
const startPollMs = 2;
/** As a shell reports a process that SIGKILL ended. */
const killed = 137;
/** What crun ends with when its container dies before the process has become its own program; but a program may, too. */
const brokenOff = 255;
const exitTimeoutMs = 100;

/** Resolves when the container's own program runs. @throws StartFailure in crun's words */
export async function runBundle(
  crun: Crun,
  { id, directory }: Bundle,
  {
    config,
    stdio,
    cgroup = null,
  }: {
    readonly config: object;
    readonly stdio: readonly ('ignore' | number)[];
    readonly cgroup?: MemoryCgroup | null;
  },
): Promise<RunningBundle> {
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  const pidFile = join(directory, 'pid');
  const log = join(directory, 'log');
  const flags = [...globalFlags(crun, log), 'run', '--bundle', directory, '--pid-file', pidFile, id];
  const child = spawnIn(cgroup, ['crun', ...flags], stdio);
  const exited = exitOf(child);
  const state = { over: false };
  void exited.then(() => {
    state.over = true;
  });
  const signal = (pid: number) => (name: 'SIGTERM' | 'SIGKILL') => {
    // Its number may belong to another process by then.
    if (!state.over) kill(pid, name);
  };
  const crunPid = child.pid ?? 0;
  for (;;) {
    const pid = Number(readIfThere(pidFile));
    if (pid > 0 && runsOwnProgram(pid, 'crun')) return { pid, crunPid, exited, signal: signal(pid) };
    if (state.over) {
      const complaint = readIfThere(log);
      // It ran and ended between two looks.
      if (complaint === '' && pid > 0) return { pid, crunPid, exited, signal: signal(pid) };
      throw new StartFailure(complaint || 'crun failed without a word');
    }
    await delay(startPollMs);
  }
}

export interface ExecPlace extends Bundle, Pick<RunningBundle, 'exited'>, Pick<ContainerPlan, 'setsid'> {
  readonly cgroup: MemoryCgroup | null;
}

export async function execInBundle(
  crun: Crun,
  { id, directory, exited, setsid, cgroup }: ExecPlace,
  process: ProcessPlan,
): Promise<ExecProcess> {
  const { pipes } = crun;
  const [stdin, stdout, stderr] = [await pipes.toWrite(), await pipes.toRead(), await pipes.toRead()];
  const name = `exec-${crun.nextNumber()}`;
  const file = join(directory, `${name}.json`);
  const log = join(directory, `${name}.log`);
  writeFileSync(file, JSON.stringify(processConfig(inOwnSession(process, setsid))));
  const child = spawnIn(
    cgroup,
    ['crun', ...globalFlags(crun, log), 'exec', '--process', file, id],
    [stdin.childEnd, stdout.childEnd, stderr.childEnd],
  );
  for (const { childEnd } of [stdin, stdout, stderr]) closeSync(childEnd);
  const out = readPipe(stdout.ourEnd);
  const err = readPipe(stderr.ourEnd);
  const words = holdStartOutput(err, () => outcome);
  const exit = exitOf(child);
  const outcome: Promise<number | StartFailure> = exit.then(async (code) => {
    const complaint = readIfThere(log);
    for (const used of [file, log]) rmSync(used, { force: true });
    if (complaint !== '') return asRuncSays(complaint, process, 'exec');
    if (notExecuted.includes(code)) {
      await err.ended;
      if (words.held() !== '') return asRuncSays(words.held(), process, 'exec');
    }
    return code === brokenOff && (await isOverSoon(exited)) ? killed : code;
  });
  return {
    stdin: writePipe(stdin.ourEnd),
    stdout: out,
    stderr: words.stderr,
    exited: exit.then(() => undefined),
    ended: Promise.all([outcome, out.ended, err.ended]).then(([result]) => result),
  };
}

/** What is not in a cgroup before it starts another process has its children outside, too. */
const enterCgroup = ['sh', '-c', 'echo 0 >"$1" && shift && exec "$@"', 'enter-cgroup'];

function spawnIn(
  cgroup: MemoryCgroup | null,
  command: Command,
  stdio: readonly ('ignore' | number)[],
): ChildProcess {
  const [program = '', ...args] = cgroup ? [...enterCgroup, cgroup.procsFile, ...command] : command;
  return spawn(program, args, { stdio: [...stdio] });
}

const isOverSoon = (exited: Promise<unknown>): Promise<boolean> =>
  Promise.race([exited.then(() => true), delay(exitTimeoutMs, false)]);

const globalFlags = ({ stateDirectory }: Crun, log: string): string[] => [
  '--root',
  stateDirectory,
  '--cgroup-manager=disabled',
  `--log=file:${log}`,
];

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
