// One exec that is held in a helper container for the scripts of its attempt, one after the other: what an exec costs is paid once. It is
// a shorter way to start a script and nothing else: where it is lost, busy or not there, an exec does the same, and whoever follows a
// script that it started needs nothing of it.
import { createHash, randomBytes } from 'node:crypto';
import { dirname } from 'node:path/posix';
import type { ByteSink, Cluster, ExecResult } from '../cluster/cluster.ts';
import { type ScriptPrologue, scriptRequest, serveScripts } from '../in-container/commands.ts';
import type { JobContainer } from '../layout/container-names.ts';
import { listenForLines } from './listen-for-lines.ts';
import { logUntilMark } from './log-until-mark.ts';

/** Each is a connection to the API server; jobs beyond them get an exec for each script. */
const maxSessions = 500;
/** A build script may take hours: until then the connection is not worth its keep. */
const idleMilliseconds = 60_000;

export interface HeldScript {
  readonly cluster: Pick<Cluster, 'exec'>;
  readonly pod: { readonly name: string; readonly uid: string };
  readonly container: JobContainer;
  readonly shell: string;
  readonly directory: string;
  /** Of `helperEnvironment`. */
  readonly workspace: { readonly project: string | null; readonly repository: string | null };
  readonly prologue: ScriptPrologue | null;
  readonly upload: Uint8Array;
  readonly log: ByteSink;
  readonly messages: ByteSink;
  /** Ends the session, not the script. */
  readonly signal: AbortSignal;
}

export interface ScriptSessions {
  /** @returns null when it has to be started by an exec of its own; else how its part of the session ended, as an exec would */
  readonly start: (script: HeldScript) => Promise<ExecResult> | null;
  /** The pod needs none any more. */
  readonly close: (uid: string) => void;
  readonly closeAll: () => void;
}

/** @param newMark another one each time, and nobody can guess it */
export function openScriptSessions(newMark = randomMark): ScriptSessions {
  const sessions = new Map<string, Session>();
  const find = (script: HeldScript): Session | null => {
    const { uid } = script.pod;
    const found = sessions.get(uid);
    if (found) return found.isBusy() ? null : found;
    if (sessions.size >= maxSessions) return null;
    const session = openSession(script, () => {
      if (sessions.get(uid) === session) sessions.delete(uid);
    });
    sessions.set(uid, session);
    return session;
  };
  const close = (uid: string): void => sessions.get(uid)?.close();
  return {
    start: (script) => {
      const mark = newMark();
      const sha256 = createHash('sha256').update(script.upload).digest('hex');
      const request = scriptRequest({ ...script, ...script.workspace, mark, sha256 });
      return request && (find(script)?.run(script, mark, request) ?? null);
    },
    close,
    closeAll: () => {
      for (const uid of [...sessions.keys()]) close(uid);
    },
  };
}

const randomMark = (): string => randomBytes(16).toString('hex');

interface Session {
  readonly isBusy: () => boolean;
  readonly run: (script: HeldScript, mark: string, request: Uint8Array) => Promise<ExecResult>;
  readonly close: () => void;
}

/** The script that the session works on. */
interface Current {
  readonly log: ByteSink;
  readonly messages: ByteSink;
  readonly resolve: (end: ExecResult) => void;
  readonly reject: (error: unknown) => void;
}

/** @param onEnd called once it takes no script any more */
function openSession({ cluster, pod, container, shell, directory }: HeldScript, onEnd: () => void): Session {
  const input = openInput();
  const closed = new AbortController();
  closed.signal.addEventListener('abort', onEnd);
  let idle: NodeJS.Timeout | undefined;
  let current: Current | null = null;
  const held = cluster.exec({
    ...{ pod: pod.name, container, command: serveScripts(shell, dirname(directory)) },
    stdin: input.chunks,
    stdout: (chunk) => current?.log(chunk),
    stderr: (chunk) => current?.messages(chunk),
    signal: closed.signal,
  });
  held
    .finally(() => {
      clearTimeout(idle);
      onEnd();
      input.end();
    })
    .then(
      (end) => current?.resolve(end),
      (error: unknown) => current?.reject(error),
    );
  return {
    isBusy: () => current !== null,
    close: () => closed.abort(),
    run: async (script, mark, request) => {
      clearTimeout(idle);
      const abort = (): void => closed.abort();
      script.signal.addEventListener('abort', abort, { once: true });
      if (script.signal.aborted) abort();
      try {
        return await new Promise<ExecResult>((resolve, reject) => {
          current = { ...sinksOf(script, mark, resolve), resolve, reject };
          input.push(request);
        });
      } finally {
        script.signal.removeEventListener('abort', abort);
        current = null;
        idle = setTimeout(abort, idleMilliseconds).unref();
      }
    },
  };
}

/** The log and the program's words come by channels of their own: a script is over once both have said so. */
function sinksOf(
  script: HeldScript,
  mark: string,
  end: (result: ExecResult) => void,
): Pick<Current, 'log' | 'messages'> {
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

interface Input {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly push: (chunk: Uint8Array) => void;
  readonly end: () => void;
}

/** One chunk at a time: a script is sent once the one before has ended. */
function openInput(): Input {
  let next = Promise.withResolvers<Uint8Array | null>();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = await next.promise;
      if (chunk === null) return;
      next = Promise.withResolvers();
      yield chunk;
    }
  }
  return {
    chunks: chunks(),
    push: (chunk) => next.resolve(chunk),
    end: () => next.resolve(null),
  };
}
