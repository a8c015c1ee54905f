// What a stage has of its process, in memory: a job log, the executor's words, files, and who may end it.
import type { StageIo } from '../../src/stage/stage-io.ts';

export interface FakeIo extends StageIo {
  /** By path; a test may put files in. An Error is what touching that file throws. */
  readonly stored: Map<string, string | Error>;
  /** All messages to the job log, with their line ends and colours. */
  readonly messages: () => string;
  /** The same as lines without colours, sections as `>> title` and `<<`. */
  readonly lines: () => string[];
  /** What the job itself printed. */
  readonly jobOutput: () => string;
  readonly stop: () => void;
  readonly orphan: () => void;
}

export const attemptDirectory = '/tmp/custom-executor1';

/** @param stored the files of its machine, for several processes of it */
export function fakeIo(env: Record<string, string> = {}, stored = new Map<string, string | Error>()): FakeIo {
  const messages: string[] = [];
  const printed: Buffer[] = [];
  const stop = new AbortController();
  const orphan = new AbortController();
  return {
    env: { TMPDIR: attemptDirectory, ...env },
    stored,
    output: (bytes) => {
      printed.push(Buffer.from(bytes));
      return Promise.resolve();
    },
    log: (text) => void messages.push(text),
    files: {
      read: (path) => settled(() => Buffer.from(textOf(stored, path))),
      writePrivate: (path, text) =>
        settled(() => {
          if (stored.get(path) instanceof Error) textOf(stored, path);
          stored.set(path, text);
        }),
      exists: (path) => Promise.resolve(typeof stored.get(path) === 'string'),
      list: (directory) =>
        Promise.resolve(
          [...stored.keys()]
            .filter((path) => path.startsWith(`${directory}/`))
            .map((path) => path.slice(directory.length + 1)),
        ),
      remove: (path) => settled(() => void stored.delete(path)),
    },
    signal: stop.signal,
    orphaned: orphan.signal,
    messages: () => messages.join(''),
    lines: () => readable(messages.join('')),
    jobOutput: () => Buffer.concat(printed).toString(),
    stop: () => stop.abort(),
    orphan: () => {
      orphan.abort();
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
