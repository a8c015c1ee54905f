// What a stage has of its process, in memory: a job log, the executor's words, files, and who may end it.
import type { StageIo } from '../../src/stage/stage-io.ts';

export interface FakeIo extends StageIo {
  /** By path; a test may put files in. An Error is what touching that file throws. */
  readonly stored: Map<string, string | Error>;
  /** All words to the job log, with their line ends and colours. */
  readonly told: () => string;
  /** The same as lines without colours, sections as `>> title` and `<<`. */
  readonly lines: () => string[];
  readonly log: () => string;
  readonly stop: () => void;
  readonly vanish: () => void;
}

export const attemptDirectory = '/tmp/custom-executor1';

export function fakeIo(env: Record<string, string> = {}): FakeIo {
  const stored = new Map<string, string | Error>();
  const told: string[] = [];
  const log: Buffer[] = [];
  const stop = new AbortController();
  const vanish = new AbortController();
  return {
    env: { TMPDIR: attemptDirectory, ...env },
    stored,
    output: (bytes) => {
      log.push(Buffer.from(bytes));
      return Promise.resolve();
    },
    tell: (text) => void told.push(text),
    files: {
      read: (path) => settled(() => Buffer.from(textOf(stored, path))),
      writePrivate: (path, text) =>
        settled(() => {
          if (stored.get(path) instanceof Error) textOf(stored, path);
          stored.set(path, text);
        }),
      exists: (path) => Promise.resolve(typeof stored.get(path) === 'string'),
      remove: (path) => settled(() => void stored.delete(path)),
    },
    signal: stop.signal,
    vanished: vanish.signal,
    told: () => told.join(''),
    lines: () => readable(told.join('')),
    log: () => Buffer.concat(log).toString(),
    stop: () => stop.abort(),
    vanish: () => {
      vanish.abort();
      stop.abort();
    },
  };
}

function settled<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => resolve(act()));
}

function textOf(stored: ReadonlyMap<string, string | Error>, path: string): string {
  const text = stored.get(path);
  if (text instanceof Error) throw text;
  if (text === undefined) throw fault('ENOENT', `no such file or directory, open '${path}'`);
  return text;
}

/** As Node reports it. */
export function fault(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}

function readable(text: string): string[] {
  return text
    .replace(/\u001b\[0Ksection_start:\d+:[\w.-]+(\[[^\]]*\])?\r\u001b\[0K/g, '>> ')
    .replace(/\u001b\[0Ksection_end:\d+:[\w.-]+\r\u001b\[0K/g, '<<')
    .replace(/\u001b\[[\d;]*m/g, '')
    .split('\n')
    .slice(0, -1);
}
