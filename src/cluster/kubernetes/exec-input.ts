// Sends a command's stdin, no faster than the server takes it.
import type { WebSocket } from 'ws';

const stdinChannel = 0;
/** v5 only: `[255, channel]` means that the channel has ended. v4 has no such word, and servers of v4 do not know this one. */
const endOfStdin = Buffer.from([255, stdinChannel]);
/** What servers themselves send at once (32 KiB); longer frames gain nothing. */
const frameBytes = 32 * 1024;
/** Sent, but not yet handed to the kernel: beyond this we wait. */
const highWater = 256 * 1024;

/** @param sent told of each frame's bytes. Ends early, without an error, when the connection does. */
export async function sendInput(
  socket: WebSocket,
  stdin: Uint8Array | AsyncIterable<Uint8Array>,
  sent: (bytes: number) => void,
): Promise<void> {
  for await (const chunk of stdin instanceof Uint8Array ? [stdin] : stdin) {
    for (let at = 0; at < chunk.byteLength; at += frameBytes) {
      if (socket.readyState !== socket.OPEN) return;
      const data = chunk.subarray(at, at + frameBytes);
      sent(data.byteLength);
      await sendFrame(socket, data);
    }
    if (socket.readyState !== socket.OPEN) return;
  }
  if (socket.protocol === 'v5.channel.k8s.io' && socket.readyState === socket.OPEN) socket.send(endOfStdin);
}

async function sendFrame(socket: WebSocket, data: Uint8Array): Promise<void> {
  const frame = Buffer.allocUnsafe(data.byteLength + 1);
  frame[0] = stdinChannel;
  frame.set(data, 1);
  // The connection's end is noticed by who listens to it; here it only ends the wait.
  const handedOver = new Promise<void>((resolve) => socket.send(frame, () => resolve()));
  if (socket.bufferedAmount > highWater) await handedOver;
}
