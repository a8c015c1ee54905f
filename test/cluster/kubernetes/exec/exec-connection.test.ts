import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { ExecOptions } from '../../../../src/cluster/cluster.ts';
import { connect } from '../../../../src/cluster/kubernetes/connection/connect.ts';
import type { Limits } from '../../../../src/cluster/kubernetes/limits.ts';
import { exitStatus, finish, listening, send, success } from '../exec-peer.ts';
import { type Answers, type FakeServer, startFakeServer } from '../fake-api-server.ts';
import { undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

async function serve(answers: Answers): Promise<FakeServer> {
  const server = await startFakeServer(answers);
  undo(() => server.close());
  return server;
}

async function exec(answers: Answers, asked: Partial<ExecOptions> = {}, limits: Partial<Limits> = {}) {
  const server = await serve(answers);
  const cluster = connect(server.connection, { env: {}, limits });
  undo(() => cluster.close());
  const { request, heard } = listening(asked);
  return { server, heard, end: await cluster.exec(request) };
}

describe('an exec that ends by itself', () => {
  it('asks for all three streams, and puts argv into the query, part by part', async () => {
    const { server } = await exec(
      { exec: (peer) => finish(peer) },
      { command: ['sh', '-c', 'echo "a&b=c"', 'ü'] },
    );

    const { path, query, headers } = server.received[0]!;
    expect(path).toBe('/api/v1/namespaces/ci/pods/job-1/exec');
    expect(query.getAll('command')).toEqual(['sh', '-c', 'echo "a&b=c"', 'ü']);
    expect(['container', 'stdin', 'stdout', 'stderr', 'tty'].map((key) => query.get(key))).toEqual([
      'build',
      'true',
      'true',
      'true',
      null,
    ]);
    expect(headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io,v4.channel.k8s.io');
    expect(headers['sec-websocket-extensions']).toBeUndefined();
  });

  it('hands on output by channel, and the exit code', async () => {
    const { end, heard } = await exec({
      exec: (peer) => {
        for (const channel of [1, 2]) send(peer, channel);
        send(peer, 1, 'one ');
        send(peer, 2, 'trouble');
        send(peer, 1, 'two');
        finish(peer, exitStatus(3));
      },
    });

    expect(end).toEqual({ kind: 'exited', code: 3 });
    expect(heard).toEqual({ stdout: 'one two', stderr: 'trouble' });
  });

  it('ignores empty frames, unknown channels, text frames and what a server says about closing', async () => {
    const { end, heard } = await exec({
      exec: (peer) => {
        peer.send(Buffer.alloc(0));
        peer.send('\u0001text');
        for (const channel of [0, 4, 7, 200]) send(peer, channel, 'noise');
        peer.send(Buffer.from([255, 1]));
        send(peer, 1, 'signal');
        finish(peer);
      },
    });

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(heard.stdout).toBe('signal');
  });

  it('puts a status together that comes in pieces', async () => {
    const text = JSON.stringify(exitStatus(42));
    const { end } = await exec({
      exec: (peer) => {
        for (const character of text) send(peer, 3, character);
        peer.close();
      },
    });

    expect(end).toEqual({ kind: 'exited', code: 42 });
  });

  it('an exec is over with the status on v5, where nothing can follow it', async () => {
    const { end, heard } = await exec({
      exec: (peer) => {
        send(peer, 1, 'early');
        send(peer, 3, JSON.stringify(success));
        setTimeout(() => send(peer, 1, 'late'), 300);
      },
    });

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(heard.stdout).toBe('early');
  });

  it('does not need the server to close after the status', async () => {
    const { end } = await exec({ exec: (peer) => send(peer, 3, JSON.stringify(success)) });

    expect(end).toEqual({ kind: 'exited', code: 0 });
  });
});

describe('stdin', () => {
  it.each([
    ['nothing', new Uint8Array(), ''],
    ['bytes', Buffer.from('echo hello'), 'echo hello'],
    ['a stream', slowly(['echo ', '', 'hello']), 'echo hello'],
  ])('sends %s, then the end of stdin, on v5', async (_, stdin, expected) => {
    let heard = '';
    const { end } = await exec(
      {
        exec: (peer) => {
          peer.on('message', (data: Buffer) => {
            if (data[0] === 0) heard += data.subarray(1).toString();
            else if (data.equals(Buffer.from([255, 0]))) finish(peer);
          });
        },
      },
      { stdin },
    );

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(heard).toBe(expected);
  });

  it('never sends the end of stdin on v4, which has no word for it', async () => {
    const frames: Buffer[] = [];
    const { end } = await exec(
      {
        protocol: 'v4.channel.k8s.io',
        exec: (peer) => {
          peer.on('message', (data: Buffer) => frames.push(data));
          // Sent after the last byte of stdin, so anything else would have come before it.
          peer.on('ping', () => finish(peer));
        },
      },
      { stdin: Buffer.from('four') },
    );

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(frames.map((frame) => frame.toString())).toEqual(['\u0000four']);
  });

  it('takes output that follows the status on v4', async () => {
    const { end, heard } = await exec({
      protocol: 'v4.channel.k8s.io',
      exec: (peer) => {
        send(peer, 1, 'early ');
        send(peer, 3, JSON.stringify(success));
        setTimeout(() => {
          send(peer, 1, 'late');
          peer.close();
        }, 20);
      },
    });

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(heard.stdout).toBe('early late');
  });

  it('passes on the failure of its source', async () => {
    const failing = (async function* () {
      yield Buffer.from('a');
      throw new Error('the disk is gone');
    })();

    await expect(exec({ exec: () => undefined }, { stdin: failing })).rejects.toThrow('the disk is gone');
  });
});

describe('an exec whose connection breaks', () => {
  const cases: [string, (peer: WebSocket) => void, string, string][] = [
    ['right after the upgrade', (peer) => peer.terminate(), 'lost', ''],
    ['after some output', (peer) => sendThen(peer, 1, 'half', () => peer.terminate()), 'lost', 'half'],
    [
      'by a good-bye without a status',
      (peer) => sendThen(peer, 1, 'all', () => peer.close(1000)),
      'lost',
      'all',
    ],
    [
      'in the middle of the status',
      (peer) => sendThen(peer, 1, 'all', () => sendThen(peer, 3, '{"status":"Succ', () => peer.terminate())),
      'failed',
      'all',
    ],
  ];

  it.each(cases)('says so when it ends %s', async (_, script, kind, output) => {
    const { end, heard } = await exec({ exec: script });

    expect(end.kind).toBe(kind);
    expect(heard.stdout).toBe(output);
  });

  it('reports what the server said when it closed, sanitized', async () => {
    const { end } = await exec({ exec: (peer) => peer.close(1011, 'node is\u0007 away') });

    expect(end).toEqual({
      kind: 'lost',
      message: 'the connection was closed without a status (1011, node is? away)',
    });
  });

  // @promise code: a status in pieces, unreadable or cut
  it('calls a cut status no exit code', async () => {
    const { end } = await exec({
      exec: (peer) => sendThen(peer, 3, '{"status":"Succ', () => peer.terminate()),
    });

    expect(end).toMatchObject({ kind: 'failed', reason: 'InvalidStatus' });
  });

  it('believes a status that came whole before the cut', async () => {
    const { end } = await exec({
      exec: (peer) => sendThen(peer, 3, JSON.stringify(exitStatus(9)), () => peer.terminate()),
    });

    expect(end).toEqual({ kind: 'exited', code: 9 });
  });

  it('receives nothing from a server that is not there', async () => {
    const server = await startFakeServer({});
    await server.close();
    const cluster = connect(server.connection, { env: {} });

    const end = await cluster.exec(listening().request);

    expect(end).toMatchObject({ kind: 'lost', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('gives up on an upgrade that nobody answers', async () => {
    const { end } = await exec({ refuse: () => true }, {}, { upgradeMilliseconds: 100 });

    expect(end).toMatchObject({
      kind: 'lost',
      message: expect.stringContaining('no answer to the upgrade within 0.1 s'),
    });
  });

  it('a certificate that cannot be used is no crash of ours', async () => {
    const server = await serve({});
    const cluster = connect(
      { ...server.connection, certificateAuthority: { pem: 'not a certificate' } },
      { env: {} },
    );

    await expect(cluster.exec(listening().request)).resolves.toMatchObject({ kind: 'lost' });
  });
});

describe('an exec that the caller ends', () => {
  it('cuts the connection, so that the server notices, and delivers what was received', async () => {
    const over = new AbortController();
    const noticed = Promise.withResolvers<number>();
    const { end, heard } = await exec(
      {
        exec: (peer) => {
          peer.on('close', noticed.resolve);
          send(peer, 1, 'before');
        },
      },
      {
        signal: over.signal,
        stdout: (bytes) => {
          over.abort();
          heardBytes.push(Buffer.from(bytes).toString());
          return undefined;
        },
      },
    );

    expect(end).toEqual({ kind: 'lost', message: 'ended by the caller' });
    expect(heard.stdout).toBe('');
    expect(heardBytes.splice(0)).toEqual(['before']);
    expect(await noticed.promise).toBe(1006);
  });
  const heardBytes: string[] = [];

  it('an exec does not begin when it was ended before', async () => {
    const { server, end } = await exec({}, { signal: AbortSignal.abort() });

    expect(end).toEqual({ kind: 'lost', message: 'ended before it began' });
    expect(server.received).toEqual([]);
  });

  it('waits for a sink that is still at work, and calls none afterwards', async () => {
    const over = new AbortController();
    let busy = 0;
    let taken = '';
    const { end } = await exec(
      {
        exec: (peer) => {
          send(peer, 1, 'a');
          const more = setInterval(() => send(peer, 1, 'b'), 1);
          peer.on('close', () => clearInterval(more));
        },
      },
      {
        signal: over.signal,
        stdout: async (bytes) => {
          busy += 1;
          over.abort();
          await new Promise((resolve) => setTimeout(resolve, 30));
          taken += Buffer.from(bytes).toString();
          busy -= 1;
        },
      },
    );
    const atEnd = { busy, taken };
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect(end.kind).toBe('lost');
    expect(atEnd.busy).toBe(0);
    expect(taken).toBe(atEnd.taken);
  });

  it('passes on what a sink throws', async () => {
    const broken = () => Promise.reject(new Error('EPIPE'));

    await expect(exec({ exec: (peer) => send(peer, 1, 'a') }, { stdout: broken })).rejects.toThrow('EPIPE');
    await expect(
      exec({ exec: (peer) => sendThen(peer, 1, 'a', () => finish(peer)) }, { stdout: broken }),
    ).rejects.toThrow('EPIPE');
  });
});

describe('output and its sinks', () => {
  it('settles only after a slow sink has taken every byte, though status and good-bye came long before', async () => {
    let taken = 0;
    const { end } = await exec(
      {
        exec: (peer) => {
          for (let frame = 0; frame < 40; frame++) send(peer, 1, Buffer.alloc(10_000));
          finish(peer);
        },
      },
      {
        stdout: async (bytes) => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          taken += bytes.byteLength;
        },
      },
    );

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(taken).toBe(400_000);
  });

  it('calls sinks in order, one at a time', async () => {
    const log: string[] = [];
    const slow = (name: string) => async (bytes: Uint8Array) => {
      log.push(`${name}${Buffer.from(bytes).toString()} begins`);
      await new Promise((resolve) => setTimeout(resolve, name === 'out' ? 10 : 1));
      log.push(`${name}${Buffer.from(bytes).toString()} ends`);
    };
    await exec(
      {
        exec: (peer) => {
          send(peer, 1, '1');
          send(peer, 2, '2');
          send(peer, 1, '3');
          finish(peer);
        },
      },
      { stdout: slow('out'), stderr: slow('err') },
    );

    expect(log).toEqual(['out1 begins', 'out1 ends', 'err2 begins', 'err2 ends', 'out3 begins', 'out3 ends']);
  });
});

async function* slowly(parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    yield Buffer.from(part);
  }
}

/** Waits until the frame is on its way, so that what follows cannot overtake it. */
function sendThen(peer: WebSocket, channel: number, data: string, next: () => void): void {
  peer.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]), () => setTimeout(next, 20));
}
