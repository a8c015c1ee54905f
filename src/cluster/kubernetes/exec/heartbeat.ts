// Is the server still there? A silent connection is asked, and given up when it does not answer: a frozen API server, or a router
// that forgot the connection, shows in no other way.
import type { WebSocket } from 'ws';

/** Unanswered pings until a connection is dead. */
const maxMisses = 2;
/**
 * While the container has not taken all of its stdin, a ping stands in line behind the data: client-go's timeout (61 s) then.
 * A pipe in the container takes 64 KiB unread, so less than that is never in the way.
 */
const maxMissesBehindInput = 20;
const pipeBytes = 64 * 1024;

export interface Heartbeat {
  /** Anything came from the server. */
  readonly received: () => void;
  readonly sent: (bytes: number) => void;
  /** Asks now: after the last byte of stdin, so that the answer tells that it was taken. */
  readonly ask: () => void;
  readonly stop: () => void;
}

/** @param isHeld the socket is not read on purpose: no answer can be seen then */
export function startHeartbeat(
  socket: WebSocket,
  {
    pingMilliseconds,
    isHeld,
    onUnresponsive,
  }: {
    readonly pingMilliseconds: number;
    readonly isHeld: () => boolean;
    readonly onUnresponsive: () => void;
  },
): Heartbeat {
  let sentBytes = 0;
  let takenBytes = 0;
  let isAsked = false;
  let misses = 0;

  const received = (): void => {
    isAsked = false;
    misses = 0;
  };
  const ask = (): void => {
    if (socket.readyState !== socket.OPEN) return;
    isAsked = true;
    // Comes back in the pong: that much was taken before it.
    socket.ping(`${sentBytes}`);
  };
  const check = (): void => {
    if (isAsked) misses += 1;
    const isBehindInput = sentBytes - takenBytes > pipeBytes;
    if (misses >= (isBehindInput ? maxMissesBehindInput : maxMisses)) onUnresponsive();
    // Whatever filled our own queue was an answer; there is none to be seen until the queue is shorter.
    else if (!isHeld()) ask();
  };
  const timer = setInterval(check, pingMilliseconds);
  socket.on('ping', received).on('pong', (data) => {
    takenBytes = Number(data.toString()) || takenBytes;
    received();
  });
  return {
    received,
    sent: (bytes) => {
      sentBytes += bytes;
    },
    ask,
    stop: () => clearInterval(timer),
  };
}
