// The product's own stages in a process of the simulation.
import { dirname } from 'node:path/posix';
import { runToEnd } from '../../cmd/stage-process/run-to-end.ts';
import type { StageOutput } from '../../cmd/stage-process/stage-output.ts';
import { runScriptStage } from '../../cmd/stages/run-stage.ts';
import type { Connection } from '../../src/cluster/cluster.ts';
import { cleanup } from '../../src/stage/cleanup.ts';
import { reportOnce } from '../../src/stage/failed-tries.ts';
import { prepare } from '../../src/stage/prepare/prepare.ts';
import type { Continuation } from '../../src/stage/run/script-place.ts';
import type { StageFiles, StageIo } from '../../src/stage/stage-io.ts';
import type { ScriptSessions } from '../../src/stream/sessions/script-sessions.ts';
import { samplePolicy } from '../pod/sample-job.ts';
import { noRegistries } from '../stage/no-registries.ts';
import type { Pipe, PipeWriter } from './pipe.ts';
import type { SimProcess } from './sim-process.ts';
import { pause, type World } from './world.ts';

/** What GitLab Runner gives to one call of the executor. */
export interface StageCall {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The runner's ends of both. */
  readonly log: Pipe;
  readonly messages: Pipe;
  /** Why it ended; for whoever checks afterwards. */
  readonly errors: unknown[];
}

export interface Execution {
  readonly process: SimProcess;
  readonly call: StageCall;
  readonly output: StageOutput;
  readonly continuation: Continuation;
  /** Of the resident. */
  readonly sessions?: ScriptSessions;
  readonly signal: AbortSignal;
  readonly orphaned: AbortSignal;
}

export const logLimit = 300_000;
const policy = {
  ...samplePolicy,
  helper_image: 'helper:19',
  log_limit: logLimit,
  timeouts: { ready: 120, reconnect: 60, stop_grace: 5 },
};
const lasting = { ...policy, lasting_workspaces: { size: 1024 ** 3, slots: 1, max_idle: 3600 } };
/** When a simulation begins. */
const firstDay = Date.parse('2026-11-21T00:00:00Z');
const connection: Connection = {
  server: 'https://cluster.example.org',
  namespace: 'ci',
  credentials: { kind: 'token-file', file: '/run/token' },
};

/** @returns the exit code */
export function execute(world: World, execution: Execution): Promise<number> {
  const { call, output, signal, orphaned, process } = execution;
  return runToEnd(
    (io) =>
      stageOf(world, execution, io).catch((error: unknown) => {
        call.errors.push(error);
        throw error;
      }),
    {
      env: call.env,
      output,
      files: filesOf(world, process),
      signal,
      orphaned,
      crash: new Promise<never>(() => undefined),
    },
  );
}

async function stageOf(
  world: World,
  { process, call, continuation, sessions }: Execution,
  io: StageIo,
): Promise<void> {
  const [name, ...argv] = call.argv;
  const connect = () => world.cluster.connect(process);
  const now = (): Date => new Date(firstDay + world.clock.now());
  const resolveConnection = () => Promise.resolve(connection);
  if (name === 'run')
    return runScriptStage(io, argv, { connect, continuation, ...(sessions && { sessions }) });
  if (name === 'cleanup')
    return cleanup({
      io,
      sessions,
      connect,
      resolveConnection,
      hasWorkspaces: () => Promise.resolve(world.hasWorkspaces),
      now,
    });
  return reportOnce(io, (isNews) =>
    prepare({
      ...{ io, isNews, sessions, resolveConnection, connect, openRegistries: noRegistries, now },
      policy: world.hasWorkspaces ? lasting : policy,
      runnerVersion: '19.4.0',
      random: () => randomName(world),
    }),
  );
}

const digits = 'abcdefghijklmnopqrstuvwxyz234567';

export function randomName({ chance }: World): string {
  return Array.from({ length: 8 }, () => digits[chance.below(digits.length)]).join('');
}

/** As long as the product's. */
export function randomMark({ chance }: World): string {
  return Array.from({ length: 32 }, () => chance.below(16).toString(16)).join('');
}

function filesOf(world: World, process: SimProcess): StageFiles {
  const { files } = world;
  const act = async <T>(work: () => T): Promise<T> => {
    await pause(world, process, 0.05);
    return work();
  };
  const missing = (path: string): Error => Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
  return {
    read: (path) =>
      act(() => {
        const text = files.get(path);
        if (text === undefined) throw missing(path);
        return Buffer.from(text);
      }),
    writePrivate: (path, text) =>
      act(() => {
        if (world.clock.now() < world.weather.diskFullUntil)
          throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        if (!world.directories.has(dirname(path))) throw missing(path);
        files.set(path, text);
      }),
    exists: (path) => act(() => files.has(path)),
    list: (directory) =>
      act(() =>
        [...files.keys()]
          .filter(
            (path) => path.startsWith(`${directory}/`) && !path.slice(directory.length + 1).includes('/'),
          )
          .map((path) => path.slice(directory.length + 1)),
      ),
    remove: (path) => act(() => void files.delete(path)),
  };
}

/** As cmd/stage-process/stage-output.ts, on two pipes: one order for both. */
export function outputTo(
  writers: { readonly log: PipeWriter; readonly messages: PipeWriter },
  broken: () => void,
): StageOutput {
  let last: Promise<void> = Promise.resolve();
  return {
    write: (to, bytes) => {
      const done = last.then(
        () =>
          new Promise<void>((resolve, reject) =>
            writers[to].write(bytes, (isWritten) => {
              if (isWritten) resolve();
              else reject(new Error('EPIPE'));
            }),
          ),
      );
      last = done.catch(broken);
      return done;
    },
    written: () => last,
    close: () => {
      writers.messages.close();
      writers.log.close();
    },
  };
}
