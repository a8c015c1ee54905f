// Sandboxes by crun: a holder process for the pod's namespaces, one crun process a container, one an exec.
import { spawn } from 'node:child_process';
import { closeSync, lchownSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { containerConfig, holderConfig, type IdRange, processConfig, rootName } from './oci-config.ts';
import { type Pipes, readPipe, writePipe } from './pipes.ts';
import {
  type ByteReader,
  type ContainerPlan,
  type ExecProcess,
  type PodPlan,
  type PodSandbox,
  type ProcessPlan,
  type RunningContainer,
  StartFailure,
} from './sandbox.ts';

export interface CrunSettings {
  /** crun's own state. */
  readonly stateDirectory: string;
  readonly pipes: Pipes;
  /** The mapping of a pod's user namespace; every pod gets a range of its own where the host has enough. */
  readonly idsFor: (plan: PodPlan) => readonly IdRange[];
  /** The host's system directories, for the holder's `sleep`; makes the root that they are mounted in. */
  readonly makeHolderRoot: (
    path: string,
  ) => readonly { readonly source: string; readonly destination: string }[];
}

/** How often we look whether a container runs; it takes some 10 ms. */
const startPollMs = 2;

/** Makes pods. What differs between root and an ordinary user is only which ids there are to map. */
export async function createCrunPod(settings: CrunSettings, plan: PodPlan): Promise<PodSandbox> {
  const ids = settings.idsFor(plan);
  const directory = join(plan.directory, 'holder');
  // An attempt that failed may have left something.
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const mounts = settings.makeHolderRoot(join(directory, rootName));
  const holder = await startBundle(settings, {
    id: plan.id,
    directory,
    config: holderConfig({ hostname: plan.hostname, ids, mounts }),
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const containers = new Set<Bundle>();
  const toHost = (id: number): number => hostId(ids, id);

  return {
    holderPid: holder.pid,
    own: (path, uid, gid) => lchownSync(path, toHost(uid), toHost(gid)),
    async start(container) {
      const bundle = await startContainer(settings, container, plan.directory, holder.pid);
      containers.add(bundle.bundle);
      return bundle.running;
    },
    async remove() {
      for (const bundle of [...containers, holder]) kill(bundle.pid, 'SIGKILL');
      await Promise.all([...containers, holder].map(({ exited }) => exited));
    },
  };
}

async function startContainer(
  settings: CrunSettings,
  plan: ContainerPlan,
  podDirectory: string,
  holderPid: number,
): Promise<{ bundle: Bundle; running: RunningContainer }> {
  const directory = join(podDirectory, plan.id);
  mkdirSync(directory, { recursive: true });
  await plan.makeRoot(join(directory, rootName));
  const stdout = await settings.pipes.toRead();
  const stderr = await settings.pipes.toRead();
  const readers = { stdout: readPipe(stdout.ourEnd), stderr: readPipe(stderr.ourEnd) };
  for (const stream of ['stdout', 'stderr'] as const)
    readers[stream].onData((chunk) => plan.onOutput(chunk, stream));
  try {
    const bundle = await startBundle(settings, {
      id: plan.id,
      directory,
      config: containerConfig(plan, holderPid),
      stdio: ['ignore', stdout.childEnd, stderr.childEnd],
    });
    const exited = bundle.exited.then(async (code) => {
      await Promise.all([readers.stdout.ended, readers.stderr.ended]);
      return code;
    });
    return {
      bundle,
      running: {
        pid: bundle.pid,
        exited,
        signal: (name) => kill(bundle.pid, name),
        exec: (process) => startExec(settings, { id: plan.id, directory, process }),
      },
    };
  } catch (error) {
    throw error instanceof StartFailure ? asRuntimeSays(error, plan.process) : error;
  } finally {
    closeSync(stdout.childEnd);
    closeSync(stderr.childEnd);
  }
}

interface Bundle {
  readonly pid: number;
  readonly exited: Promise<number>;
}

/** Resolves when the container's own program runs. */
async function startBundle(
  settings: CrunSettings,
  bundle: {
    readonly id: string;
    readonly directory: string;
    readonly config: object;
    readonly stdio: readonly ('ignore' | number)[];
  },
): Promise<Bundle> {
  const { id, directory } = bundle;
  writeFileSync(join(directory, 'config.json'), JSON.stringify(bundle.config));
  const pidFile = join(directory, 'pid');
  const log = join(directory, 'log');
  const crun = spawn(
    'crun',
    [...globalFlags(settings, log), 'run', '--bundle', directory, '--pid-file', pidFile, id],
    { stdio: [...bundle.stdio] },
  );
  const state = { over: false };
  const exited = new Promise<number>((resolve) => {
    crun.on('error', () => resolve(127));
    crun.on('exit', (code) => resolve(code ?? 137));
  });
  void exited.then(() => {
    state.over = true;
  });
  for (;;) {
    const pid = Number(readIfThere(pidFile));
    if (pid > 0 && runsOwnProgram(pid)) return { pid, exited };
    if (state.over) {
      const complaint = readIfThere(log);
      // It ran and ended between two looks.
      if (complaint === '' && pid > 0) return { pid, exited };
      throw new StartFailure(complaint || 'crun failed without a word');
    }
    await delay(startPollMs);
  }
}

async function startExec(
  settings: CrunSettings,
  { id, directory, process }: { id: string; directory: string; process: ProcessPlan },
): Promise<ExecProcess> {
  const [stdin, stdout, stderr] = [
    await settings.pipes.toWrite(),
    await settings.pipes.toRead(),
    await settings.pipes.toRead(),
  ];
  execs += 1;
  const file = join(directory, `exec-${execs}.json`);
  const log = join(directory, `exec-${execs}.log`);
  writeFileSync(file, JSON.stringify(processConfig(process)));
  const crun = spawn('crun', [...globalFlags(settings, log), 'exec', '--process', file, id], {
    stdio: [stdin.childEnd, stdout.childEnd, stderr.childEnd],
  });
  for (const { childEnd } of [stdin, stdout, stderr]) closeSync(childEnd);
  const out = readPipe(stdout.ourEnd);
  const err = readPipe(stderr.ourEnd);
  const exit = new Promise<number>((resolve) => {
    crun.on('error', () => resolve(127));
    crun.on('exit', (code) => resolve(code ?? 137));
  });
  const exited = exit.then((code) => {
    const complaint = readIfThere(log);
    rmSync(file, { force: true });
    rmSync(log, { force: true });
    return complaint === '' ? code : asRuntimeSays(new StartFailure(complaint), process);
  });
  return {
    stdin: writePipe(stdin.ourEnd),
    stdout: out,
    stderr: withoutComplaint(err, exited),
    exited: exited.then(() => undefined),
    ended: exited.then(async (outcome) => {
      await Promise.all([out.ended, err.ended]);
      return outcome;
    }),
  };
}

/** crun says on the process's stderr, too, why it could not be started. Only that line waits until it is clear whose it is. */
function withoutComplaint(reader: ByteReader, exited: Promise<number | StartFailure>): ByteReader {
  const crunsWords = /^(executable file|exec |open executable|chdir to|cannot )/;
  return {
    ...reader,
    onData(listener) {
      let first = true;
      reader.onData((chunk) => {
        const suspicious = first && crunsWords.test(chunk.toString('latin1', 0, 20));
        first = false;
        if (!suspicious) {
          listener(chunk);
          return;
        }
        const copy = Buffer.from(chunk);
        void exited.then((outcome) => {
          if (typeof outcome === 'number') listener(copy);
        });
      });
    },
  };
}

let execs = 0;

const globalFlags = (settings: CrunSettings, log: string): string[] => [
  '--root',
  settings.stateDirectory,
  '--cgroup-manager=disabled',
  `--log=file:${log}`,
];

/** Until its exec, process 1 of a container is crun itself. */
function runsOwnProgram(pid: number): boolean {
  try {
    return !/crun/.test(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return false;
  }
}

function kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone by itself.
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function hostId(ids: readonly IdRange[], id: number): number {
  const range = ids.find(({ inside, size }) => id >= inside && id < inside + size);
  if (!range) throw new StartFailure(`container ID ${id} cannot be mapped to a host ID`);
  return range.outside + (id - range.inside);
}

/** runc's words for the faults that clients tell apart; crun's own for all others. */
function asRuntimeSays(failure: StartFailure, { args }: ProcessPlan): StartFailure {
  const [program = ''] = args;
  const quoted = JSON.stringify(program);
  if (args.length === 0) return new StartFailure('args must not be empty');
  if (/Permission denied/i.test(failure.message))
    return new StartFailure(`unable to start container process: exec: ${quoted}: permission denied`);
  if (/not found|No such file/i.test(failure.message)) {
    return new StartFailure(
      program.includes('/')
        ? `unable to start container process: exec: ${quoted}: stat ${program}: no such file or directory`
        : `unable to start container process: exec: ${quoted}: executable file not found in $PATH`,
    );
  }
  return failure;
}
