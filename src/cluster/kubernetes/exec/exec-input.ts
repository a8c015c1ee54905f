// Sends a command's stdin, no faster than the server takes it.
import type { WebSocket } from 'ws';

const stdinChannel = 0;
/** v5 only: `[255, channel]` means that the channel has ended. v4 has no such word, and servers of v4 do not know this one. */
const endOfStdin = Buffer.from([255, stdinChannel]);
/** What servers themselves send at once (32 KiB); longer frames gain nothing. */
const frameBytes = 32 * 1024;

/** @param sent called with each frame's bytes. Ends early, without an error, when the connection does. */
export async function sendInput(
  socket: WebSocket,
  stdin: AsyncIterable<Uint8Array>,
  sent: (bytes: number) => void,
): Promise<void> {
  // One for all: each is on its way before the next is written.
  const frame = Buffer.alloc(frameBytes + 1);
  frame[0] = stdinChannel;
  for await (const chunk of stdin) {
    for (let at = 0; at < chunk.byteLength; at += frameBytes) {
      if (socket.readyState !== socket.OPEN) return;
      const data = chunk.subarray(at, at + frameBytes);
      frame.set(data, 1);
      sent(data.byteLength);
      await handOver(socket, frame.subarray(0, data.byteLength + 1));
    }
  }
  if (socket.protocol === 'v5.channel.k8s.io' && socket.readyState === socket.OPEN) socket.send(endOfStdin);
}

/** Settles when the kernel has taken the frame, or the connection is gone; who listens to the socket notices which. */
function handOver(socket: WebSocket, frame: Buffer): Promise<void> {
  return new Promise((resolve) => socket.send(frame, () => resolve()));
}
