// The runner manager's process: it can be told to stop, it can die, and then nothing that it was doing goes on.
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallRecord } from '../result.ts';
import { type DriverCall, finishCall, type RunningCall, startCall, startFailure } from './driver-call.ts';
import type { Failure } from './failure.ts';

export interface RunnerProcess {
  readonly calls: readonly CallRecord[];
  /** Its own log, which is not the job's. */
  readonly log: string[];
  /** Resolves when it is told to end its jobs; the words for the job's log. */
  readonly interrupted: Promise<'terminated' | 'interrupt'>;
  readonly died: Promise<null>;
  call(call: DriverCall & Pick<CallRecord, 'name' | 'subStage'>): Promise<Failure | null>;
  /** Also never returns in a dead runner; does not outlast `release`. */
  pause(milliseconds: number): Promise<void>;
  signal(signal: 'SIGQUIT' | 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
  /** At the end: lets go of what is not over, and returns the process groups of calls that are not. */
  release(): readonly number[];
}

export function startRunnerProcess({ shutdownMs }: { readonly shutdownMs: number }): RunnerProcess {
  const calls: CallRecord[] = [];
  const running = new Set<RunningCall>();
  const interrupted = Promise.withResolvers<'terminated' | 'interrupt'>();
  const died = Promise.withResolvers<null>();
  let isDead = false;
  let shutdown: NodeJS.Timeout | undefined;
  const life = new AbortController();

  /** What a dead runner waits for never comes. */
  const whileAlive = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work;
    return isDead ? await new Promise<never>(() => undefined) : value;
  };
  const release = (): readonly number[] => {
    clearTimeout(shutdown);
    life.abort();
    return [...running].flatMap(({ process: child, letGo }) => {
      letGo();
      return child.pid ?? [];
    });
  };
  const die = (): void => {
    if (isDead) return;
    isDead = true;
    died.resolve(null);
  };

  return {
    calls,
    log: [],
    interrupted: interrupted.promise,
    died: died.promise,
    release,
    pause: (milliseconds) =>
      whileAlive(sleep(milliseconds, undefined, { signal: life.signal }).catch(() => undefined)),
    call: (call) => whileAlive(recordCall(call, { calls, running })),
    signal(signal) {
      if (signal === 'SIGKILL') {
        die();
        return;
      }
      // SIGQUIT waits for the jobs that run, so it changes nothing for this one.
      if (signal === 'SIGQUIT') return;
      if (shutdown !== undefined) {
        die();
        return;
      }
      shutdown = setTimeout(die, shutdownMs);
      interrupted.resolve(signal === 'SIGTERM' ? 'terminated' : 'interrupt');
    },
  };
}

async function recordCall(
  call: DriverCall & Pick<CallRecord, 'name' | 'subStage'>,
  { calls, running }: { readonly calls: CallRecord[]; readonly running: Set<RunningCall> },
): Promise<Failure | null> {
  const index = calls.length;
  const { name, subStage, argv, cwd } = call;
  const started = { name, subStage, argv, cwd, env: call.ownEnv, startedAt: Date.now() };
  const open = { pid: null, endedAt: null, exitCode: null, signal: null, startError: null };
  const current = startCall(call);
  if (typeof current === 'string') {
    calls.push({ ...started, ...open, endedAt: Date.now(), startError: current });
    return startFailure(current);
  }
  running.add(current);
  calls.push({ ...started, ...open, pid: current.process.pid ?? null });
  void current.end.then((end) => {
    running.delete(current);
    calls[index] = { ...started, pid: current.process.pid ?? null, endedAt: Date.now(), ...end };
  });
  return await finishCall(call, current);
}
