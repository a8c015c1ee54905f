import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import { readBody, readBodyEnd } from '../../../src/cluster/kubernetes/https-transport.ts';
import { listening } from './exec-peer.ts';
import { undoAfterEach } from './undo.ts';

const undo = undoAfterEach();

/** Accepts TCP and never speaks, as a stopped process does. */
async function frozenServer(): Promise<string> {
  const server = createServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a frozen API server', () => {
  const limits = { connectMilliseconds: 50, pauseMilliseconds: 1 };

  it('calls give up on an API server that freezes before its TLS handshake', async () => {
    const server = await frozenServer();
    const cluster = connect({ server, namespace: 'ci', credentials: { kind: 'none' } }, { env: {}, limits });
    undo(() => cluster.close());

    await expect(cluster.getPod('job-1')).rejects.toMatchObject({
      code: 'cluster-unreachable',
      message: expect.stringContaining('no TLS connection within 0.05 s'),
    });
  });

  it('exec gives up on an API server that freezes before its TLS handshake', async () => {
    const server = await frozenServer();
    const cluster = connect({ server, namespace: 'ci', credentials: { kind: 'none' } }, { env: {}, limits });
    undo(() => cluster.close());

    expect(await cluster.exec(listening().request)).toMatchObject({
      kind: 'lost',
      message: expect.stringContaining('no TLS connection within 0.05 s'),
    });
  });
});

describe('a body', () => {
  const body = (...parts: string[]) => Readable.from(parts.map((part) => Buffer.from(part))) as never;

  it('a body is read whole, also where a chunk ends within a character', async () => {
    const bytes = Buffer.from('grün');
    const halves = Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]) as never;

    expect(await readBody(halves, 100)).toBe('grün');
  });

  it('a body is refused when it is longer than it may be', async () => {
    await expect(readBody(body('12345', '67890'), 9)).rejects.toThrow('longer than 9 bytes');
  });

  it('a body can be read for its end alone', async () => {
    expect(await readBodyEnd(body('12345', '67890', 'ab'), 4)).toBe('90ab');
    expect(await readBodyEnd(body(), 4)).toBe('');
  });
});
