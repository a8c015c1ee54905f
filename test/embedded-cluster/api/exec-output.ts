// The way of a process's output to the client of its exec, no faster than the client takes it.
import type { WebSocket } from 'ws';
import type { ExecProcess } from '../sandbox/sandbox.ts';
import { channel, frame } from './exec-frames.ts';

/** What both directions of a connection know of each other. */
export interface ConnectionState {
  /** Nobody is there any more; or nothing is to be sent any more. */
  gone: boolean;
  frozen: boolean;
}

export interface ExecOutput {
  hold(): void;
  release(): void;
  /** Passes on so many bytes in all, counted from the connection's beginning, then calls back. */
  limit(bytes: number, reached: () => void): void;
}

/** Above this much unsent output the process has to wait. */
const fullAt = 1024 * 1024;
const emptyEnough = 256 * 1024;

export function sendOutput(
  { stdout, stderr }: ExecProcess,
  socket: WebSocket,
  state: ConnectionState,
): ExecOutput {
  let sent = 0;
  let most = Number.POSITIVE_INFINITY;
  let whenReached = (): void => undefined;
  const hold = (): void => {
    for (const output of [stdout, stderr]) output.pause();
  };
  const release = (): void => {
    for (const output of [stdout, stderr]) output.resume();
  };
  const flushed = (): void => {
    if (sent >= most) whenReached();
    else if (!state.gone && !state.frozen && socket.bufferedAmount < emptyEnough) release();
  };
  const forward = (to: number, chunk: Buffer): void => {
    if (state.gone) {
      hold();
      return;
    }
    const part = chunk.subarray(0, most - sent);
    sent += part.length;
    socket.send(frame(to, part), flushed);
    if (socket.bufferedAmount > fullAt) hold();
  };
  stdout.onData((chunk) => forward(channel.stdout, chunk));
  stderr.onData((chunk) => forward(channel.stderr, chunk));
  return {
    hold,
    release,
    limit(bytes, reached) {
      most = bytes;
      whenReached = reached;
    },
  };
}
