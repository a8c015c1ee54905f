// One exec: a WebSocket on one side, a process on the other, neither faster than the other can take. When the client is gone the
// process lives on and blocks on its output, as below a real kubelet.
import type { RawData, WebSocket } from 'ws';
import type { ExecProcess } from '../sandbox/sandbox.ts';
import { channel, type ExecProtocol, frame, statusFrame } from './exec-frames.ts';
import { type ConnectionState, sendOutput } from './exec-output.ts';

export interface ExecConnection {
  readonly pod: string;
  readonly container: string;
  cut(how: 'fin' | 'rst'): void;
  /** Neither reads nor writes any more, without closing. */
  freeze(): void;
  thaw(): void;
  /** What a container runtime that is stopped makes the API server say: Success, for a process that runs on. */
  pretendSuccess(): void;
  /** Cuts as soon as so much has passed. */
  cutAfter(limit: CutLimit): void;
}

export interface CutLimit {
  readonly how: 'fin' | 'rst';
  /** Bytes of stdout and stderr sent to the client. */
  readonly outputBytes?: number;
  /** Frames of stdin received; the last one still reaches the process. */
  readonly stdinFrames?: number;
}

const normalClosure = 1000;

export interface ExecEnds {
  readonly socket: WebSocket;
  readonly process: ExecProcess;
  readonly protocol: ExecProtocol;
  readonly pod: string;
  readonly container: string;
  readonly cutSocket: (how: 'fin' | 'rst') => void;
}

export function connectExec(ends: ExecEnds): ExecConnection {
  const { socket, process, protocol, pod, container, cutSocket } = ends;
  const state: ConnectionState = { gone: false, frozen: false };
  const whenThawed: (() => void)[] = [];
  const output = sendOutput(process, socket, state);
  // Real servers open the stream that way; clients must ignore it.
  socket.send(frame(channel.stdout, Buffer.alloc(0)));

  const cut = (how: 'fin' | 'rst'): void => {
    state.gone = true;
    output.hold();
    cutSocket(how);
  };
  const input = receiveInput(ends, state);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    state.gone = true;
    process.stdin.end();
    output.hold();
  });
  const finish = (last: Buffer): void => {
    if (state.gone) return;
    if (state.frozen) {
      whenThawed.push(() => finish(last));
      return;
    }
    state.gone = true;
    socket.send(last);
    socket.close(normalClosure);
  };
  void process.exited.then(() => {
    // Nobody is left to wait for: let go of what it printed.
    if (state.gone) output.release();
  });
  void process.ended.then((outcome) => {
    // As measured below containerd: the end of a process that left much of its stdin unread is never reported.
    if (process.stdin.pending() === 0 || typeof outcome !== 'number') finish(statusFrame(outcome, protocol));
  });

  return {
    pod,
    container,
    cut,
    freeze() {
      state.frozen = true;
      socket.pause();
      output.hold();
    },
    thaw() {
      state.frozen = false;
      socket.resume();
      output.release();
      for (const act of whenThawed.splice(0)) act();
    },
    pretendSuccess: () => finish(statusFrame(0, protocol)),
    cutAfter({ how, outputBytes, stdinFrames }) {
      if (outputBytes !== undefined) output.limit(outputBytes, () => cut(how));
      if (stdinFrames !== undefined) input.limit(stdinFrames, () => cut(how));
    },
  };
}

interface ExecInput {
  /** Takes so many frames of stdin in all, then calls back. */
  limit(frames: number, reached: () => void): void;
}

/** One frame after the other: the socket is not read while the process does not read. */
function receiveInput({ socket, process, protocol }: ExecEnds, state: ConnectionState): ExecInput {
  let received = 0;
  let most = Number.POSITIVE_INFINITY;
  let whenReached = (): void => undefined;
  const receive = async (message: Buffer): Promise<void> => {
    const [to, data] = [message[0], message.subarray(1)];
    if (to === channel.stdin) {
      received += 1;
      await process.stdin.write(data);
      if (received >= most) whenReached();
    } else if (to === channel.close && protocol === 'v5.channel.k8s.io' && data[0] === channel.stdin) {
      process.stdin.end();
    }
  };
  let inbox = Promise.resolve();
  socket.on('message', (message: RawData) => {
    socket.pause();
    inbox = inbox
      .then(() => (state.gone ? undefined : receive(message as Buffer)))
      .then(() => {
        if (!state.frozen) socket.resume();
      });
  });
  return {
    limit(frames, reached) {
      most = frames;
      whenReached = reached;
    },
  };
}
