// A pipe or FIFO: bytes in order, a buffer of 64 KiB, and the end of file once nobody can write any more. What a killed writer had
// written stays in it; what it still wanted to write is gone.
import type { SimProcess } from './sim-process.ts';

const capacity = 64 * 1024;

export interface PipeWriter {
  /** `done` gets false when nobody reads any more. */
  readonly write: (bytes: Uint8Array, done: (isWritten: boolean) => void) => void;
  readonly close: () => void;
}

export interface Pipe {
  /** Closed by itself when its process ends. */
  readonly openWriter: (owner: SimProcess) => PipeWriter;
  /** @returns null at the end of file; empty: there is nothing yet */
  readonly read: (maxBytes: number) => Buffer | null;
  /** Called whenever there may be something to read. */
  readonly setReader: (onReadable: () => void) => void;
  readonly hasReader: () => boolean;
  /** Nobody can write, and all is read. */
  readonly isDone: () => boolean;
  /** Writers get EPIPE from now on. */
  readonly closeReader: () => void;
}

interface PendingWrite {
  readonly writer: PipeWriter;
  rest: Uint8Array;
  readonly done: (isWritten: boolean) => void;
}

export function newPipe(): Pipe {
  const writers = new Set<PipeWriter>();
  let buffer = Buffer.alloc(0);
  let pending: PendingWrite[] = [];
  let onReadable: (() => void) | null = null;
  let isBroken = false;
  const fill = (): void => {
    for (let next = pending[0]; next && buffer.byteLength < capacity; next = pending[0]) {
      const part = next.rest.subarray(0, capacity - buffer.byteLength);
      buffer = Buffer.concat([buffer, part]);
      next.rest = next.rest.subarray(part.byteLength);
      if (next.rest.byteLength > 0) return;
      pending.shift();
      next.done(true);
    }
  };
  return {
    openWriter: (owner) => {
      const writer: PipeWriter = {
        write: (bytes, done) => {
          if (isBroken) {
            done(false);
            return;
          }
          pending.push({ writer, rest: Buffer.from(bytes), done: (is) => owner.deliver(() => done(is)) });
          fill();
          onReadable?.();
        },
        close: () => {
          pending = pending.filter((each) => each.writer !== writer);
          if (writers.delete(writer)) onReadable?.();
        },
      };
      writers.add(writer);
      owner.onEnd(writer.close);
      return writer;
    },
    read: (maxBytes) => {
      const bytes = buffer.subarray(0, maxBytes);
      buffer = buffer.subarray(bytes.byteLength);
      fill();
      return bytes.byteLength === 0 && writers.size === 0 ? null : bytes;
    },
    setReader: (act) => {
      onReadable = act;
    },
    isDone: () => writers.size === 0 && buffer.byteLength === 0,
    hasReader: () => onReadable !== null && !isBroken,
    closeReader: () => {
      isBroken = true;
      const waiting = pending;
      pending = [];
      for (const { done } of waiting) done(false);
    },
  };
}
