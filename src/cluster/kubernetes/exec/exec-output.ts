// Carries what an exec prints to its sinks: in order, one chunk at a time, and no faster than they take it.
import type { WebSocket } from 'ws';
import type { ByteSink } from '../../cluster.ts';

/** Received and not yet taken: beyond the first the socket is not read, below the second it is again. */
const highWater = 256 * 1024;
const lowWater = 64 * 1024;

export interface Output {
  /** A binary frame: channel byte, then data. */
  readonly receive: (frame: Buffer) => void;
  /** The socket is not read just now, so no sign of the server can be seen. */
  readonly isHeld: () => boolean;
  /** Takes no further frame; settles when all that it took went through their sinks. @throws what a sink threw */
  readonly finish: () => Promise<void>;
}

/** @param failed called when a sink throws; what comes after is dropped */
export function openOutput(
  socket: Pick<WebSocket, 'pause' | 'resume'>,
  sinks: Readonly<Record<number, ByteSink>>,
  failed: () => void,
): Output {
  const waiting: { readonly sink: ByteSink; readonly bytes: Buffer }[] = [];
  let waitingBytes = 0;
  let isHeld = false;
  let isOver = false;
  let failure: { readonly error: unknown } | null = null;
  let isDelivering = false;
  let delivery = Promise.resolve();

  const deliver = async (): Promise<void> => {
    isDelivering = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const taken = next.sink(next.bytes);
        if (taken !== undefined) await taken;
        waitingBytes -= next.bytes.byteLength;
        if (isHeld && waitingBytes <= lowWater) {
          isHeld = false;
          socket.resume();
        }
      }
    } catch (error) {
      isOver = true;
      failure = { error };
      failed();
    } finally {
      isDelivering = false;
    }
  };
  return {
    receive: (frame) => {
      // Servers open each channel with an empty frame; 255 and unknown channels carry nothing for us.
      const sink = sinks[frame[0] ?? -1];
      if (isOver || frame.byteLength < 2 || sink === undefined) return;
      waiting.push({ sink, bytes: frame.subarray(1) });
      waitingBytes += frame.byteLength - 1;
      if (!isHeld && waitingBytes > highWater) {
        isHeld = true;
        socket.pause();
      }
      if (!isDelivering) delivery = deliver();
    },
    isHeld: () => isHeld,
    finish: async () => {
      isOver = true;
      await delivery;
      if (failure !== null) throw failure.error;
    },
  };
}
