// Execs that wait in a job's containers for the scripts of its attempt: what an exec costs is paid before there is a script, or once for
// many. In the helper one is held for all scripts, one after the other; in the build container one waits for the first script, and no
// user code was there before it. Each is a shorter way to start a script and nothing else: where it is lost, busy or not there, an exec
// does the same, and whoever follows a script that it started needs nothing of it.
import { createHash, randomBytes } from 'node:crypto';
import { dirname } from 'node:path/posix';
import type { ByteSink, Cluster, ExecResult } from '../../cluster/cluster.ts';
import { type ScriptPrologue, scriptRequest, serveScripts } from '../../in-container/commands.ts';
import { buildContainer, helperContainer, type JobContainer } from '../../layout/container-names.ts';
import { listenForLines } from '../listen-for-lines.ts';
import { logUntilMark } from './log-until-mark.ts';
import { openWaitingExec, type WaitingExec } from './waiting-exec.ts';

/** Each is a connection to the API server; jobs beyond them get an exec for each script. */
const maxSessions = 1000;
/** A build script may take hours, and so may a clone: until then the connection is not worth its keep. */
const idleMilliseconds = {
  [helperContainer]: 60_000,
  [buildContainer]: 600_000,
} satisfies Record<JobContainer, number>;

export interface SessionPlace {
  readonly cluster: Pick<Cluster, 'exec'>;
  readonly pod: { readonly name: string; readonly uid: string };
  readonly container: JobContainer;
}

export interface HeldScript extends SessionPlace {
  readonly shell: string;
  readonly directory: string;
  /** Of `helperEnvironment`. */
  readonly workspace: { readonly project: string | null; readonly repository: string | null };
  readonly prologue: ScriptPrologue | null;
  /** From `scriptOf`. */
  readonly script: Uint8Array;
  readonly log: ByteSink;
  readonly messages: ByteSink;
  /** Ends the session, not the script. */
  readonly signal: AbortSignal;
}

export interface ScriptSessions {
  /**
   * Opens one before there is a script, in a container that no user code has had.
   *
   * @returns what `inspectHelper` or `inspectBuild` say there; null: no good answer, and no session
   */
  readonly open: (place: SessionPlace & { readonly signal: AbortSignal }) => Promise<string | null>;
  /** @returns null when it has to be started by an exec of its own; else how its part of the session ended, as an exec would */
  readonly start: (script: HeldScript) => Promise<ExecResult> | null;
  /** The pod needs none any more. */
  readonly close: (uid: string) => void;
  readonly closeAll: () => void;
}

/** @param newMark another one each time, and nobody can guess it */
export function openScriptSessions(newMark = randomMark): ScriptSessions {
  const sessions = new Map<string, Session>();
  const add = (place: SessionPlace, open: (onEnd: () => void) => Session): Session | null => {
    const key = keyOf(place.pod.uid, place.container);
    if (sessions.size >= maxSessions || sessions.has(key)) return null;
    const session = open(() => {
      if (sessions.get(key) === session) sessions.delete(key);
    });
    sessions.set(key, session);
    return session;
  };
  const find = (script: HeldScript): Session | null => {
    const found = sessions.get(keyOf(script.pod.uid, script.container));
    if (found) return found.isBusy() ? null : found;
    // User code would share its user with one that is opened later.
    if (script.container !== helperContainer) return null;
    const program = { directory: dirname(script.directory), inspects: false };
    return add(script, (onEnd) => openSession(script, { ...program, shell: script.shell }, onEnd));
  };
  const close = (uid: string): void => {
    for (const container of [helperContainer, buildContainer] as const)
      sessions.get(keyOf(uid, container))?.close();
  };
  return {
    open: async (place) => {
      const session = add(place, (onEnd) => openSession(place, { shell: 'sh', inspects: true }, onEnd));
      return session && (await session.answer(place.signal));
    },
    start: (script) => {
      const mark = newMark();
      const sha256 = createHash('sha256').update(script.script).digest('hex');
      const request = scriptRequest({ ...script, ...script.workspace, mark, sha256 });
      return request && (find(script)?.run(script, mark, request) ?? null);
    },
    close,
    closeAll: () => {
      for (const session of [...sessions.values()]) session.close();
    },
  };
}

const randomMark = (): string => randomBytes(16).toString('hex');

const keyOf = (uid: string, container: JobContainer): string => `${container} ${uid}`;

interface Session {
  readonly isBusy: () => boolean;
  /** Without one the session is closed. */
  readonly answer: (signal: AbortSignal) => Promise<string | null>;
  readonly run: (script: HeldScript, mark: string, request: Uint8Array) => Promise<ExecResult>;
  readonly close: () => void;
}

/** @param onEnd called once it takes no script any more */
function openSession(
  { cluster, pod, container }: SessionPlace,
  { shell, ...program }: { readonly shell: string; readonly directory?: string; readonly inspects: boolean },
  onEnd: () => void,
): Session {
  const exec = openWaitingExec({
    cluster,
    pod,
    container,
    program: serveScripts(shell, { ...program, container }),
  });
  const close = (): void => {
    clearTimeout(idle);
    onEnd();
    exec.close();
  };
  const wait = (): NodeJS.Timeout => setTimeout(close, idleMilliseconds[container]).unref();
  let idle = wait();
  exec.end.then(close, close);
  let isBusy = false;
  const runThere = container === helperContainer ? runOneOfMany : runOnly;
  return {
    isBusy: () => isBusy,
    close,
    answer: (signal) => untilAborted(signal, close, () => exec.answer),
    run: async (script, mark, request) => {
      isBusy = true;
      clearTimeout(idle);
      return await untilAborted(script.signal, close, async () => {
        if ((await exec.answer) === null) return await exec.end;
        return await runThere(exec, script, mark, request);
      }).finally(() => {
        isBusy = false;
        clearTimeout(idle);
        idle = wait();
      });
    },
  };
}

async function untilAborted<T>(signal: AbortSignal, abort: () => void, work: () => Promise<T>): Promise<T> {
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Its end is the exec's. */
async function runOnly(
  exec: WaitingExec,
  script: HeldScript,
  _: string,
  request: Uint8Array,
): Promise<ExecResult> {
  exec.listen(script);
  exec.send(request);
  exec.endInput();
  return await exec.end;
}

async function runOneOfMany(
  exec: WaitingExec,
  script: HeldScript,
  mark: string,
  request: Uint8Array,
): Promise<ExecResult> {
  const ended = Promise.withResolvers<ExecResult>();
  exec.listen(sinksOf(script, mark, ended.resolve));
  exec.send(request);
  return await Promise.race([ended.promise, exec.end]).finally(() => exec.listen(null));
}

/** The log and the program's words come by channels of their own: a script is over once both have said so. */
function sinksOf(
  script: HeldScript,
  mark: string,
  end: (result: ExecResult) => void,
): Pick<HeldScript, 'log' | 'messages'> {
  let isLogWhole = false;
  let code: number | null = null;
  const look = (): void => {
    if (isLogWhole && code !== null) end({ kind: 'exited', code });
  };
  const listen = listenForLines((line) => {
    const [word, of, number = ''] = line.split(' ');
    if (word !== 'ended' || of !== mark || !/^\d{1,3}$/.test(number)) return;
    code = Number(number);
    look();
  });
  return {
    log: logUntilMark(mark, script.log, () => {
      isLogWhole = true;
      look();
    }),
    messages: (chunk) => {
      const taken = script.messages(chunk);
      listen(chunk);
      return taken;
    },
  };
}
