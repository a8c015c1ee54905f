// What a stage says, in the order in which it says it, to a reader that may be slow, stuck or gone. Not process.stdout: that
// blocks the whole program on a full pipe, and with it the answers to the API server's pings; and Node cannot end while one of
// its threads hangs in a write.
import { closeSync, constants, fstatSync, openSync, write as writeCallback } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

const writeFile = promisify(writeCallback);

const lineEnd = Buffer.from('\n');

/** File descriptors: where the job's own output goes, and where ours. */
export interface StageDescriptors {
  readonly log: number;
  readonly messages: number;
  /** Other processes have the same ones: what is set on ours would be set on theirs. */
  readonly areInherited: boolean;
  /** Settles when a reader has so many bytes of the log. Absent: both have one reader, which takes them in their order. */
  readonly logReaches?: (bytes: number) => Promise<void>;
}

export const ownDescriptors: StageDescriptors = { log: 1, messages: 2, areInherited: true };

type Target = 'log' | 'messages';

export interface StageOutput {
  /** Settles when it is written. Rejects when nobody can read it any more. */
  write(to: Target, bytes: Uint8Array): Promise<void>;
  /** Settles when everything is written that was ever given to `write`. */
  written(): Promise<void>;
  /** Closes both; what is not written by then is lost, and so is what a stage says that goes on: the numbers are soon another call's. */
  close(): void;
}

/** Our messages never stand behind half a line of a job's. @param broken called once the reader is gone */
export function openStageOutput(descriptors: StageDescriptors, broken: () => void): StageOutput {
  const writers: Partial<Record<Target, Writer>> = {};
  const writerTo = (to: Target): Writer => {
    const writer = writers[to] ?? openWriter(descriptors[to], descriptors.areInherited);
    writers[to] = writer;
    return writer;
  };
  let last: Promise<void> = Promise.resolve();
  let isHalfLine = false;
  let logBytes = 0;
  let isClosed = false;
  return {
    write: (to, bytes) => {
      const whole = to === 'messages' && isHalfLine ? Buffer.concat([lineEnd, bytes]) : bytes;
      if (bytes.byteLength > 0) isHalfLine = to === 'log' && bytes.at(-1) !== lineEnd[0];
      const done = last.then(async () => {
        if (to === 'messages' && logBytes > 0) await descriptors.logReaches?.(logBytes);
        if (isClosed) throw new Error('the log is closed');
        await writerTo(to).write(whole);
        if (to === 'log') logBytes += whole.byteLength;
      });
      last = done.catch(broken);
      return done;
    },
    written: () => last,
    close: () => {
      isClosed = true;
      for (const to of ['log', 'messages'] as const) {
        const writer = writers[to];
        if (writer) writer.close();
        else closeSync(descriptors[to]);
      }
    },
  };
}

interface Writer {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly close: () => void;
}

function openWriter(descriptor: number, isInherited: boolean): Writer {
  const stat = fstatSync(descriptor);
  if (!stat.isFIFO() && !stat.isSocket()) return openFileWriter(descriptor);
  const fd = isInherited && stat.isFIFO() ? ownDescription(descriptor) : descriptor;
  const socket = new Socket({ fd, readable: false });
  // Reported by the write that meets it.
  socket.on('error', () => undefined);
  socket.unref();
  return { write: (bytes) => writeToSocket(socket, bytes), close: () => void socket.destroy() };
}

/** Files and terminals take all at once. */
function openFileWriter(descriptor: number): Writer {
  let last: Promise<unknown> = Promise.resolve();
  return {
    write: (bytes) => {
      const written = writeWhole(descriptor, bytes);
      last = written.catch(() => undefined);
      return written;
    },
    // A thread may be about to write to that number.
    close: () => void last.then(() => closeSync(descriptor)),
  };
}

function writeToSocket(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.ref();
    socket.write(bytes, (error) => {
      socket.unref();
      if (error) reject(error);
      else resolve();
    });
  });
}

/** A pipe that is reopened: what we set on it (O_NONBLOCK) is not set for whoever shares ours. */
function ownDescription(descriptor: number): number {
  try {
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // Another user's pipe, or no /proc.
    return descriptor;
  }
}

async function writeWhole(descriptor: number, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.byteLength; )
    written += (await writeFile(descriptor, bytes, written)).bytesWritten;
}
