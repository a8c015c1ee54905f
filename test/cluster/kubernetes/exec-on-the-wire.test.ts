// What a server may do on an open exec connection, over a real one on loopback.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { ExecOptions } from '../../../src/cluster/cluster.ts';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import type { Limits } from '../../../src/cluster/kubernetes/limits.ts';
import { endable } from '../../../src/cluster/kubernetes/watch/follow.ts';
import { exitStatus, finish, listening, send, success } from './exec-peer.ts';
import { startFakeServer } from './fake-api-server.ts';
import { undoAfterEach } from './undo.ts';

const undo = undoAfterEach();
const mebibyte = 1024 * 1024;

interface Scene {
  readonly peer: (peer: WebSocket) => void;
  readonly request?: Partial<ExecOptions>;
  readonly limits?: Partial<Limits>;
  readonly protocol?: string;
}

async function play({ peer, request, limits = {}, protocol }: Scene) {
  const server = await startFakeServer({ exec: peer, ...(protocol !== undefined && { protocol }) });
  undo(() => server.close());
  const cluster = connect(server.connection, { env: {}, limits });
  undo(() => cluster.close());
  const all = listening(request);
  return { end: await cluster.exec(all.request), heard: all.heard };
}

/** Below WebSocket: bytes that `ws` itself would not send. */
const socketOf = (peer: WebSocket): Socket => Reflect.get(peer, '_socket') as Socket;

describe('a command that ends while its stdin is open', () => {
  // @promise leftovers: a command ends while its stdin is open, or a connection while stdin is sent — the source of stdin is released
  it.each<[string, (peer: WebSocket) => void, object]>([
    ['with a status', (peer) => finish(peer, exitStatus(7)), { kind: 'exited', code: 7 }],
    [
      'with a status and no good-bye',
      (peer) => send(peer, 3, JSON.stringify(success)),
      { kind: 'exited', code: 0 },
    ],
    ['by a cut', (peer) => peer.terminate(), { kind: 'lost' }],
    ['by a good-bye without a status', (peer) => peer.close(1000), { kind: 'lost' }],
  ])('a command that ends first lets go of a stdin that waits for ever: %s', async (_, ending, expected) => {
    let isReleased = false;
    const stdin = endable(undefined, async function* (signal) {
      try {
        yield Buffer.from('first');
        await sleep(1_000_000, undefined, { signal });
      } finally {
        isReleased = true;
      }
    });

    const { end } = await play({
      peer: (peer) => peer.once('message', () => ending(peer)),
      request: { stdin },
    });

    expect(end).toMatchObject(expected);
    await vi.waitFor(() => expect(isReleased).toBe(true));
  });

  it('a command that ends first closes a stdin pipe that somebody holds open', async () => {
    const stdin = new PassThrough();
    stdin.write('first');

    const { end } = await play({
      peer: (peer) => peer.once('message', () => finish(peer)),
      request: { stdin },
    });

    expect(end).toEqual({ kind: 'exited', code: 0 });
    await vi.waitFor(() => expect(stdin.destroyed).toBe(true));
  });

  it('a command that ends first is sent no more stdin, nor its end', async () => {
    const frames: Buffer[] = [];
    const closed = Promise.withResolvers<null>();
    const gate = Promise.withResolvers<null>();
    const stdin = (async function* () {
      yield Buffer.from('first');
      await gate.promise;
      yield Buffer.from('second');
    })();
    const { end } = await play({
      peer: (peer) => {
        peer.on('message', (data: Buffer) => {
          frames.push(data);
          if (frames.length === 1) send(peer, 3, JSON.stringify(success));
        });
        peer.on('close', () => closed.resolve(null));
      },
      request: { stdin },
    });
    gate.resolve(null);
    await closed.promise;

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(frames.map((frame) => frame.toString())).toEqual(['\u0000first']);
  });
});

describe('a connection that ends while stdin is sent', () => {
  // @promise leftovers: a command ends while its stdin is open, or a connection while stdin is sent
  it.each<[string, (peer: WebSocket) => void]>([
    ['cut', (peer) => peer.terminate()],
    ['reset', (peer) => socketOf(peer).destroy()],
    ['closed with 1000', (peer) => peer.close(1000)],
    [
      'closed with 1000, and read no more',
      (peer) => {
        peer.pause();
        peer.close(1000);
        setTimeout(() => peer.terminate(), 100);
      },
    ],
  ])('a connection that ends while stdin is sent is lost, and its source let go: %s', async (_, ending) => {
    let [sent, isReleased] = [0, false];
    const stdin = (async function* () {
      try {
        for (;;) {
          sent += 64 * 1024;
          yield Buffer.alloc(64 * 1024);
        }
      } finally {
        isReleased = true;
      }
    })();
    let received = 0;
    const { end } = await play({
      peer: (peer) => {
        peer.on('message', (data: Buffer) => {
          const before = received;
          received += data.byteLength - 1;
          if (before < mebibyte && received >= mebibyte) ending(peer);
        });
      },
      request: { stdin },
    });

    expect(end).toMatchObject({ kind: 'lost', message: expect.stringContaining('closed without a status') });
    await vi.waitFor(() => expect(isReleased).toBe(true));
    const atEnd = sent;
    await sleep(30);
    expect(sent).toBe(atEnd);
  });

  it('a status that came while stdin was sent is believed', async () => {
    const { end } = await play({
      peer: (peer) => peer.once('message', () => finish(peer, exitStatus(1))),
      request: { stdin: Buffer.alloc(4 * mebibyte) },
    });

    expect(end).toEqual({ kind: 'exited', code: 1 });
  });
});

describe('output', () => {
  // @promise log: much on both outputs at once; messages in fragments — unchanged
  it('much output on both channels at once arrives unchanged', async () => {
    const sizes = { 1: 8 * mebibyte + 17, 2: 8 * mebibyte + 5 } as const;
    const take = () => {
      const hash = createHash('sha256');
      let size = 0;
      return {
        sink: (chunk: Uint8Array): undefined => {
          hash.update(chunk);
          size += chunk.byteLength;
        },
        result: () => ({ size, hash: hash.digest('hex') }),
      };
    };
    const [stdout, stderr, sent1, sent2] = [take(), take(), take(), take()];
    const pour = async (peer: WebSocket, channel: 1 | 2): Promise<void> => {
      const sent = channel === 1 ? sent1 : sent2;
      for (let at = 0; at < sizes[channel]; ) {
        // Sizes that never fall together, and bytes that tell where they were.
        const chunk = Buffer.alloc(
          Math.min(1 + ((at * 7 + channel) % 50_000), sizes[channel] - at),
          `${channel}:${at} `,
        );
        sent.sink(chunk);
        at += chunk.byteLength;
        await new Promise((resolve) => peer.send(Buffer.concat([Buffer.from([channel]), chunk]), resolve));
      }
    };

    const { end } = await play({
      peer: (peer) => void Promise.all([pour(peer, 1), pour(peer, 2)]).then(() => finish(peer)),
      request: { stdout: stdout.sink, stderr: stderr.sink },
    });

    expect(end).toEqual({ kind: 'exited', code: 0 });
    const [out, err] = [stdout.result(), stderr.result()];
    expect([out, err]).toEqual([sent1.result(), sent2.result()]);
    expect([out.size, err.size]).toEqual([sizes[1], sizes[2]]);
  });

  // @promise log: much on both outputs at once; messages in fragments
  it('output in fragments, with a ping between them, is put together', async () => {
    const status = JSON.stringify(exitStatus(4));
    const { end, heard } = await play({
      peer: (peer) => {
        peer.send(Buffer.from('\u0001one '), { fin: false, binary: true });
        peer.ping();
        peer.send(Buffer.from('\u0002two '), { fin: false });
        peer.send(Buffer.alloc(0), { fin: false });
        peer.send(Buffer.from('three'), { fin: true });
        peer.send(Buffer.from('\u0003'), { fin: false, binary: true });
        for (const character of status) peer.send(Buffer.from(character), { fin: false });
        peer.send(Buffer.alloc(0), { fin: true });
        peer.close(1000);
      },
    });

    expect(end).toEqual({ kind: 'exited', code: 4 });
    // One message, and so one channel.
    expect(heard).toEqual({ stdout: 'one \u0002two three', stderr: '' });
  });

  // @promise log: frames above 16 MiB, reserved bits, unknown opcodes — the connection is dropped, what came before counts; followed again
  it.each<[string, (peer: WebSocket) => void, string]>([
    [
      'a frame above 16 MiB',
      (peer) => send(peer, 1, Buffer.alloc(16 * mebibyte)),
      'Max payload size exceeded',
    ],
    [
      'fragments above 16 MiB',
      (peer) => {
        peer.send(Buffer.alloc(9 * mebibyte, 1), { fin: false, binary: true });
        peer.send(Buffer.alloc(9 * mebibyte), { fin: true });
      },
      'Max payload size exceeded',
    ],
    ['a reserved bit', (peer) => socketOf(peer).write(Buffer.from([0xc2, 2, 1, 65])), 'RSV1 must be clear'],
    [
      'two reserved bits',
      (peer) => socketOf(peer).write(Buffer.from([0xb2, 2, 1, 65])),
      'RSV2 and RSV3 must be clear',
    ],
    [
      'an opcode that nobody knows',
      (peer) => socketOf(peer).write(Buffer.from([0x83, 2, 1, 65])),
      'invalid opcode 3',
    ],
    [
      'a masked frame',
      (peer) => socketOf(peer).write(Buffer.from([0x82, 0x82, 0, 0, 0, 0, 1, 65])),
      'MASK must be clear',
    ],
    [
      'a continuation of nothing',
      (peer) => socketOf(peer).write(Buffer.from([0x80, 1, 65])),
      'invalid opcode 0',
    ],
    [
      'HTTP',
      (peer) => socketOf(peer).write('HTTP/1.1 500 Internal Server Error\r\n\r\n'),
      'RSV1 must be clear',
    ],
  ])('a frame with %s ends the connection, and what came before it counts', async (_, fault, words) => {
    const { end, heard } = await play({
      peer: (peer) => {
        send(peer, 1, 'before');
        fault(peer);
        peer.on('close', () => undefined);
      },
    });

    expect(end).toMatchObject({ kind: 'lost', message: expect.stringContaining(words) });
    expect(heard).toEqual({ stdout: 'before', stderr: '' });
  });
});

describe('a server that only pings', () => {
  it('a server that only pings stays connected, and gets its answers', async () => {
    let [pongs, pings] = [0, 0];
    const { end } = await play({
      peer: (peer) => {
        peer.pong = () => undefined;
        peer.on('ping', () => {
          pings += 1;
        });
        const timer = setInterval(() => peer.ping('are you there'), 20);
        peer.on('pong', (data: Buffer) => {
          expect(data.toString()).toBe('are you there');
          pongs += 1;
          if (pongs < 15 || pings < 4) return;
          clearInterval(timer);
          finish(peer, exitStatus(3));
        });
      },
      limits: { pingMilliseconds: 50 },
    });

    expect(end).toEqual({ kind: 'exited', code: 3 });
  });
});

describe('a second status', () => {
  it.each(['v5.channel.k8s.io', 'v4.channel.k8s.io'])(
    'a second status changes nothing on %s',
    async (protocol) => {
      const { end, heard } = await play({
        protocol,
        peer: (peer) => {
          send(peer, 1, 'out');
          send(peer, 3, JSON.stringify(exitStatus(5)));
          send(peer, 3, JSON.stringify(success));
          peer.close(1000);
        },
      });

      expect(end).toEqual({ kind: 'exited', code: 5 });
      expect(heard.stdout).toBe('out');
    },
  );

  it('two statuses in one message count as none', async () => {
    const { end } = await play({
      peer: (peer) => {
        send(peer, 3, JSON.stringify(success) + JSON.stringify(exitStatus(5)));
        peer.close(1000);
      },
    });

    expect(end).toMatchObject({ kind: 'failed', reason: 'InvalidStatus' });
  });
});

it('an exec leaves no connection behind when it is over', async () => {
  const sockets: Socket[] = [];
  await play({
    peer: (peer) => {
      sockets.push(socketOf(peer));
      finish(peer);
    },
    request: { stdin: new PassThrough() },
  });

  for (const socket of sockets) if (!socket.destroyed) await once(socket, 'close');
  expect(sockets).toHaveLength(1);
});
