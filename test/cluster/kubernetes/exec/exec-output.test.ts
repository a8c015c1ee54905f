import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ByteSink } from '../../../../src/cluster/cluster.ts';
import { openOutput } from '../../../../src/cluster/kubernetes/exec/exec-output.ts';

function recordingSocket() {
  const calls: string[] = [];
  return { calls, pause: () => void calls.push('pause'), resume: () => void calls.push('resume') };
}

const frame = (size: number): Buffer => Buffer.concat([Buffer.from([1]), Buffer.alloc(size)]);
const never = (): void => {
  throw new Error('not expected');
};

/** Takes a chunk each time it is told to. */
function handOperatedSink() {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    sink: async (bytes: Uint8Array) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      taken += bytes.byteLength;
    },
    take: async () => {
      waiting.shift()?.();
      await turn();
    },
    taken: () => taken,
  };
}

describe('openOutput', () => {
  it('stops reading the socket above 256 KiB, and reads on below 64', async () => {
    const socket = recordingSocket();
    const { sink, take } = handOperatedSink();
    const output = openOutput(socket, { 1: sink }, never);

    for (let frames = 0; frames < 5; frames++) output.receive(frame(60_000));
    expect([socket.calls, output.isHeld()]).toEqual([['pause'], true]);
    for (let frames = 0; frames < 3; frames++) await take();
    expect(output.isHeld()).toBe(true);
    await take();
    expect([socket.calls, output.isHeld()]).toEqual([['pause', 'resume'], false]);
  });

  it('never holds a socket whose sink takes everything at once', () => {
    const socket = recordingSocket();
    let taken = 0;
    const sink = (bytes: Uint8Array): undefined => {
      taken += bytes.byteLength;
    };
    const output = openOutput(socket, { 1: sink }, never);

    for (let frames = 0; frames < 100; frames++) output.receive(frame(32_768));

    expect([taken, socket.calls]).toEqual([3_276_800, []]);
  });

  it('finishes after the last byte it took, and takes none afterwards', async () => {
    const { sink, take, taken } = handOperatedSink();
    const output = openOutput(recordingSocket(), { 1: sink }, never);
    output.receive(frame(10));
    output.receive(frame(10));
    let isFinished = false;
    const finished = output.finish().then(() => {
      isFinished = true;
    });

    output.receive(frame(1000));
    await take();
    expect(isFinished).toBe(false);
    await take();
    await finished;

    expect(taken()).toBe(20);
  });

  it.each<[string, ByteSink]>([
    [
      'throws',
      () => {
        throw new Error('not expected');
      },
    ],
    ['rejects', () => Promise.reject(new Error('not expected'))],
  ])('ends with the failure of a sink that %s, and calls no sink any more', async (_, sink) => {
    const calls: string[] = [];
    const other = (): undefined => {
      calls.push('other sink');
    };
    const output = openOutput(recordingSocket(), { 1: sink, 2: other }, () => void calls.push('failed'));

    output.receive(frame(1));
    output.receive(Buffer.from([2, 1]));
    await turn();
    output.receive(Buffer.from([2, 1]));

    await expect(output.finish()).rejects.toThrow('not expected');
    expect(calls).toEqual(['failed']);
  });
});
