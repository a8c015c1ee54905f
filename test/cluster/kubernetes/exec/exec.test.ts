import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../../src/cluster/kubernetes/connection/connect.ts';
import { finish, listening } from '../exec-peer.ts';
import { refuseUpgrade, startFakeServer, statusObject } from '../fake-api-server.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

describe('an exec that is refused', () => {
  it.each([
    [
      'a Status of the API server',
      404,
      JSON.stringify(statusObject(404, 'NotFound', 'pods "job-1" not found')),
      { reason: 'NotFound', message: 'pods "job-1" not found' },
    ],
    [
      'the kubelet away',
      500,
      JSON.stringify(statusObject(500, 'InternalError', 'error dialing backend: connection refused')),
      { reason: 'InternalError', message: 'error dialing backend: connection refused' },
    ],
    [
      'a page of a proxy',
      502,
      '<html><b>Bad\u001b[31m Gateway</b></html>',
      { reason: '', message: 'Bad?[31m Gateway' },
    ],
    ['no words', 403, '', { reason: '', message: 'HTTP 403 without a message' }],
    ['a body without end', 400, 'x'.repeat(1_000_000), { reason: '', message: 'HTTP 400 without a message' }],
  ])('a refused exec brings %s', async (_, httpStatus, body, words) => {
    const server = await startFakeServer({
      refuse: (_request, socket) => {
        refuseUpgrade(socket, httpStatus, body);
        return true;
      },
    });
    undo(() => server.close());
    const cluster = connect(server.connection, { env: {} });

    const end = await cluster.exec(listening().request);

    expect(end).toEqual({ kind: 'refused', httpStatus, ...words });
  });
});

describe('an exec whose token has expired', () => {
  it('an exec re-reads an expired token, once, and tries again', async () => {
    const file = join(temporaryDirectory(undo), 'token');
    writeFileSync(file, 'old');
    const server = await startFakeServer({
      refuse: ({ headers }, socket) => {
        if (headers.authorization === 'Bearer new') return false;
        writeFileSync(file, 'new\n');
        refuseUpgrade(socket, 401, JSON.stringify(statusObject(401, 'Unauthorized', 'Unauthorized')));
        return true;
      },
      exec: (peer) => finish(peer),
    });
    undo(() => server.close());
    const cluster = connect({ ...server.connection, credentials: { kind: 'token-file', file } }, { env: {} });

    const end = await cluster.exec(listening().request);

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('an exec is refused when the new token is no better', async () => {
    const file = join(temporaryDirectory(undo), 'token');
    writeFileSync(file, 'old');
    const server = await startFakeServer({
      refuse: (_request, socket) => {
        refuseUpgrade(socket, 401, JSON.stringify(statusObject(401, 'Unauthorized', 'Unauthorized')));
        return true;
      },
    });
    undo(() => server.close());
    const cluster = connect({ ...server.connection, credentials: { kind: 'token-file', file } }, { env: {} });

    const end = await cluster.exec(listening().request);

    expect(end).toEqual({
      kind: 'refused',
      httpStatus: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    });
    expect(server.received).toHaveLength(2);
  });

  it('an exec is lost, not an error, when the token cannot be read: the next GET tells why', async () => {
    const server = await startFakeServer({});
    undo(() => server.close());
    const cluster = connect(
      {
        ...server.connection,
        credentials: { kind: 'token-file', file: '/nowhere/token' },
      },
      { env: {} },
    );

    await expect(cluster.exec(listening().request)).resolves.toMatchObject({
      kind: 'lost',
      message: expect.stringContaining('/nowhere/token'),
    });
    await expect(cluster.getPod('job-1')).rejects.toMatchObject({ code: 'unauthorized' });
    expect(server.received).toEqual([]);
  });
});
