// A file that somebody named, on the command line or in a kubeconfig: whatever it turns out to be, reading it ends, and takes no more than it may.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

const { O_NONBLOCK, O_NOCTTY, O_RDONLY } = constants;

/** A pipe's writer (`<(…)` in a shell) may need a moment; nobody waits for one that says nothing. */
const pipeTimeoutMilliseconds = 10_000;
const pipeTurnMilliseconds = 10;

const standardInput = 0;

const chunkBytes = 64 * 1024;

/** What is said often, without the name of a system call. */
const plainMessage: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it',
  ELOOP: 'it is a link that leads back to itself',
  ENOENT: 'there is no such file',
  ENOTDIR: 'something on the way to it is no folder',
};

/** A clause that follows the file's name. */
export function describeReadError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return plainMessage[code] ?? message;
}

/** @throws Error whose message says what is wrong with the file: "it is a directory" */
export function readTextFile(path: string, maxBytes: number): string {
  return readFileToEnd(path, maxBytes).toString('utf8');
}

/** @throws as readTextFile does */
export function readFileToEnd(path: string, maxBytes: number): Buffer {
  try {
    return read(path, maxBytes);
  } catch (cause) {
    throw new Error(describeReadError(cause), { cause });
  }
}

/** @throws as readTextFile does */
export function readStandardInput(maxBytes: number): string {
  // What Node gives a program that it starts; it cannot be opened by its path.
  if (fstatSync(standardInput).isSocket()) return readAll(standardInput, maxBytes).toString('utf8');
  return readTextFile('/dev/stdin', maxBytes);
}

function read(path: string, maxBytes: number): Buffer {
  // Before it is opened, for opening a device may do things.
  refuseOthers(statSync(path));
  const descriptor = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    refuseOthers(fstatSync(descriptor));
    return readAll(descriptor, maxBytes);
  } finally {
    closeSync(descriptor);
  }
}

function refuseOthers(stats: Stats): void {
  if (stats.isDirectory()) throw new Error('it is a directory');
  if (!stats.isFile() && !stats.isFIFO()) throw new Error('it is a device or a socket, not a file');
}

/** Its size is not asked for: a file may grow, and those of /proc say 0. */
function readAll(descriptor: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  const deadline = performance.now() + pipeTimeoutMilliseconds;
  for (let size = 0; ; ) {
    const chunk = readChunk(descriptor);
    if (chunk?.length === 0) return Buffer.concat(chunks);
    if (chunk === null) waitForMore(deadline);
    else chunks.push(chunk);
    size += chunk?.length ?? 0;
    if (size > maxBytes) throw new Error(`it has more than ${maxBytes} bytes, which no such file has`);
  }
}

/** Empty: this is the end. null: a pipe has nothing yet. */
function readChunk(descriptor: number): Buffer | null {
  const chunk = Buffer.alloc(chunkBytes);
  try {
    return chunk.subarray(0, readSync(descriptor, chunk));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}

function waitForMore(deadline: number): void {
  if (performance.now() > deadline) {
    throw new Error(`it is a pipe that said nothing more for ${pipeTimeoutMilliseconds / 1000} s`);
  }
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pipeTurnMilliseconds);
}
