import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { chunksUntil } from '../../../../src/cluster/kubernetes/connection/chunks-until.ts';
import { sendInput } from '../../../../src/cluster/kubernetes/exec/exec-input.ts';

const never = new AbortController().signal;

/** A socket that hands a frame to the kernel when it is told to. */
function stubSocket() {
  const frames: Buffer[] = [];
  const handOver: (() => void)[] = [];
  const socket = {
    OPEN: 1,
    readyState: 1,
    protocol: 'v5.channel.k8s.io',
    send: (data: Buffer, done?: () => void) => {
      frames.push(Buffer.from(data));
      if (done) handOver.push(done);
    },
  };
  const flush = async (): Promise<void> => {
    for (const done of handOver.splice(0)) done();
    await turn();
  };
  return { socket: socket as unknown as WebSocket & { readyState: number }, frames, flush };
}

async function flushAll(sending: Promise<void>, flush: () => Promise<void>): Promise<void> {
  const over = sending.then(() => 'over');
  while ((await Promise.race([over, flush()])) !== 'over');
}

describe('sendInput', () => {
  it('sends frames of 32 KiB at most, and counts every byte', async () => {
    const { socket, frames, flush } = stubSocket();
    let counted = 0;
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));

    const sending = sendInput(socket, chunksUntil(never, bytes), (sent) => {
      counted += sent;
    });
    await flushAll(sending, flush);

    const data = frames.slice(0, -1);
    expect(data.map(({ byteLength }) => byteLength)).toEqual([32_769, 32_769, 32_769, 1697]);
    expect(Buffer.concat(data.map((frame) => frame.subarray(1))).equals(bytes)).toBe(true);
    expect(frames.at(-1)).toEqual(Buffer.from([255, 0]));
    expect(counted).toBe(100_000);
  });

  it('sends a frame only when the one before has been handed over, and asks its source for no more', async () => {
    const { socket, frames, flush } = stubSocket();
    let asked = 0;
    const source = (async function* () {
      for (; asked < 5; asked++) yield Buffer.alloc(40_000, asked);
    })();
    const sending = sendInput(socket, source, () => undefined);
    await turn();
    await turn();
    expect([frames.length, asked]).toEqual([1, 0]);

    await flush();
    await flush();
    expect([frames.length, asked]).toEqual([3, 1]);
    await flushAll(sending, flush);
    expect([frames.length, asked]).toEqual([11, 5]);
  });

  it('ends with the connection, and lets its source go', async () => {
    const { socket, frames, flush } = stubSocket();
    let isReleased = false;
    const source = (async function* () {
      try {
        for (;;) yield Buffer.alloc(100_000);
      } finally {
        isReleased = true;
      }
    })();
    const sending = sendInput(socket, source, () => undefined);
    await turn();

    Object.assign(socket, { readyState: 3 });
    await flush();
    await sending;

    expect([frames.length, isReleased]).toEqual([1, true]);
  });
});
