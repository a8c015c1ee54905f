// Real pipes for containers. Node's own `pipe` stdio is a socket pair, and a container that opens /dev/stderr (`echo >/dev/stderr`,
// `tee /dev/stdout`) fails on a socket; under a real runtime it has pipes. Node can make named ones only, through mkfifo.
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ByteReader, ByteWriter } from './sandbox.ts';

export interface PipeEnds {
  /** For the child; close it here after the child has it. */
  readonly childEnd: number;
  readonly ourEnd: number;
}

/** One call of mkfifo makes this many: the process costs more than the pipes. */
const batch = 48;
/** Everybody: the container's user must be able to open /dev/stdout again by its name; the directory is ours alone. */
const fifoMode = '666';

export type Pipes = ReturnType<typeof createPipes>;

/** @param directory exists, is empty and ours */
export function createPipes(directory: string) {
  const ready: string[] = [];
  let made = 0;

  async function takeFifo(): Promise<string> {
    if (ready.length === 0) {
      const paths = Array.from({ length: batch }, (_, index) => join(directory, `${made + index}`));
      made += batch;
      await promisify(execFile)('mkfifo', ['-m', fifoMode, ...paths]);
      ready.push(...paths);
    }
    return ready.pop() ?? takeFifo();
  }

  async function open(ours: 'read' | 'write'): Promise<PipeEnds> {
    const path = await takeFifo();
    const { O_RDWR, O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
    // Both ends at once keeps the two opens below from waiting for each other.
    const both = openSync(path, O_RDWR | O_NONBLOCK);
    const childEnd = openSync(path, ours === 'read' ? O_WRONLY : O_RDONLY);
    const ourEnd = openSync(path, (ours === 'read' ? O_RDONLY : O_WRONLY) | O_NONBLOCK);
    closeSync(both);
    unlinkSync(path);
    return { childEnd, ourEnd };
  }

  return { toRead: () => open('read'), toWrite: () => open('write') };
}

/** Flows once a listener is there. `ended` settles at end of file: when the last process that holds the other end has gone. */
export function readPipe(fd: number): ByteReader & { readonly ended: Promise<void> } {
  const socket = new Socket({ fd, readable: true, writable: false });
  const ended = new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  return {
    onData: (listener) => socket.on('data', listener),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    ended,
  };
}

export function writePipe(fd: number): ByteWriter {
  const socket = new Socket({ fd, readable: false, writable: true });
  let unwritten = 0;
  let ending = false;
  // EPIPE: whoever read it has gone, and the bytes are for nobody.
  socket.on('error', () => socket.destroy());
  // Not end(): it calls shutdown(2), which pipes do not have.
  const closeWhenWritten = (): void => {
    if (ending && unwritten === 0) socket.destroy();
  };
  return {
    write: (chunk) =>
      new Promise((resolve) => {
        if (socket.destroyed) {
          resolve();
          return;
        }
        unwritten += 1;
        socket.write(chunk, () => {
          unwritten -= 1;
          closeWhenWritten();
          resolve();
        });
      }),
    end: () => {
      ending = true;
      closeWhenWritten();
    },
    pending: () => (socket.destroyed ? 0 : unwritten),
  };
}
