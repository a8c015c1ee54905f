// One exec: a WebSocket on one side, a process on the other, neither faster than the other can take. When the client is gone the
// process lives on and blocks on its output, as below a real kubelet.
import type { RawData, WebSocket } from 'ws';
import type { ExecProcess } from '../sandbox/sandbox.ts';
import { channel, type ExecProtocol, frame, statusFrame } from './exec-frames.ts';

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

/** Above this much unsent output the process has to wait. */
const fullAt = 1024 * 1024;
const emptyEnough = 256 * 1024;
const normalClosure = 1000;

export interface ExecEnds {
  readonly socket: WebSocket;
  readonly process: ExecProcess;
  readonly protocol: ExecProtocol;
  readonly pod: string;
  readonly container: string;
  readonly cutSocket: (how: 'fin' | 'rst') => void;
}

export function connectExec({
  socket,
  process,
  protocol,
  pod,
  container,
  cutSocket,
}: ExecEnds): ExecConnection {
  const outputs = [process.stdout, process.stderr];
  let gone = false;
  let frozen = false;
  let sent = 0;
  let received = 0;
  let limit: CutLimit | null = null;
  const whenThawed: (() => void)[] = [];

  const holdOutput = (): void => {
    for (const output of outputs) output.pause();
  };
  const letOutput = (): void => {
    for (const output of outputs) output.resume();
  };
  const cut = (how: 'fin' | 'rst'): void => {
    gone = true;
    holdOutput();
    cutSocket(how);
  };

  const forward = (to: number, chunk: Buffer): void => {
    if (gone) {
      holdOutput();
      return;
    }
    const room = (limit?.outputBytes ?? Number.POSITIVE_INFINITY) - sent;
    const part = chunk.subarray(0, room);
    sent += part.length;
    const flushed = (): void => {
      if (limit && sent >= (limit.outputBytes ?? Number.POSITIVE_INFINITY)) cut(limit.how);
      else if (!gone && !frozen && socket.bufferedAmount < emptyEnough) letOutput();
    };
    socket.send(frame(to, part), flushed);
    if (socket.bufferedAmount > fullAt) holdOutput();
  };
  process.stdout.onData((chunk) => forward(channel.stdout, chunk));
  process.stderr.onData((chunk) => forward(channel.stderr, chunk));
  // Real servers open the stream that way; clients must ignore it.
  socket.send(frame(channel.stdout, Buffer.alloc(0)));

  const receive = async (message: Buffer): Promise<void> => {
    if (gone) return;
    const data = message.subarray(1);
    if (message[0] === channel.stdin) {
      received += 1;
      await process.stdin.write(data);
      if (limit && received >= (limit.stdinFrames ?? Number.POSITIVE_INFINITY)) cut(limit.how);
    } else if (
      message[0] === channel.close &&
      protocol === 'v5.channel.k8s.io' &&
      data[0] === channel.stdin
    ) {
      process.stdin.end();
    }
  };
  let inbox = Promise.resolve();
  socket.on('message', (message: RawData) => {
    socket.pause();
    inbox = inbox
      .then(() => receive(message as Buffer))
      .then(() => {
        if (!frozen) socket.resume();
      });
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    gone = true;
    process.stdin.end();
    holdOutput();
  });

  const finish = (last: Buffer): void => {
    if (gone) return;
    if (frozen) {
      whenThawed.push(() => finish(last));
      return;
    }
    gone = true;
    socket.send(last);
    socket.close(normalClosure);
  };
  void process.exited.then(() => {
    // Nobody is left to wait for: let go of what it printed.
    if (gone) letOutput();
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
      frozen = true;
      socket.pause();
      holdOutput();
    },
    thaw() {
      frozen = false;
      socket.resume();
      letOutput();
      for (const act of whenThawed.splice(0)) act();
    },
    pretendSuccess: () => finish(statusFrame(0, protocol)),
    cutAfter(next) {
      limit = next;
    },
  };
}
