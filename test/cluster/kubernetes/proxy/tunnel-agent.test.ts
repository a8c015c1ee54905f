import { describe, expect, it } from 'vitest';
import type { Cluster, Connection } from '../../../../src/cluster/cluster.ts';
import { connect } from '../../../../src/cluster/kubernetes/connection/connect.ts';
import type { Limits } from '../../../../src/cluster/kubernetes/limits.ts';
import { exitStatus, finish, listening, send } from '../exec-peer.ts';
import { type FakeServer, json, startFakeServer } from '../fake-api-server.ts';
import { type ProxyOptions, type ProxyServer, startProxy, startSocksProxy } from '../proxy-server.ts';
import { undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();
const exited = { kind: 'exited', code: 3 };
const quick = { pauseMilliseconds: 1 };

async function startServer(): Promise<FakeServer> {
  const server = await startFakeServer({
    answer: (_, response) => json(response, 200, { major: '1', minor: '36', gitVersion: 'v1.36.0' }),
    exec: (peer) => {
      send(peer, 1, 'through');
      finish(peer, exitStatus(3));
    },
  });
  undo(() => server.close());
  return server;
}

/** Only the proxy knows where this name leads. */
function named(server: FakeServer): Connection {
  return { ...server.connection, server: 'https://api.example:6443', tlsServerName: '127.0.0.1' };
}

function through(
  connection: Connection,
  env: Record<string, string> = {},
  limits: Partial<Limits> = {},
): Cluster {
  const cluster = connect(connection, { env, limits: { ...quick, ...limits } });
  undo(() => cluster.close());
  return cluster;
}

async function started(
  start: (options: ProxyOptions) => Promise<ProxyServer>,
  options: ProxyOptions,
): Promise<ProxyServer> {
  const proxy = await start(options);
  undo(() => proxy.close());
  return proxy;
}

const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(() => new Error('nothing failed')).catch((error: unknown) => error as Error);

describe('a proxy before the API server', () => {
  it('both calls and execs go through an HTTP proxy of the environment, with its name and password', async () => {
    const server = await startServer();
    const proxy = await started(startProxy, { targetPort: server.port });
    const env = { HTTPS_PROXY: `http://anna:p%40ss@127.0.0.1:${proxy.port}` };
    const cluster = through(named(server), env);
    const { request, heard } = listening();

    const execs = [cluster.exec(request), cluster.exec(listening().request)];
    expect(await Promise.all(execs)).toEqual([exited, exited]);
    expect(await cluster.serverVersion()).toMatchObject({ minor: 36 });
    await Promise.all([cluster.serverVersion(), cluster.serverVersion()]);

    expect(heard.stdout).toBe('through');
    expect(new Set(proxy.asked)).toEqual(new Set(['api.example:6443']));
    const login = `Basic ${Buffer.from('anna:p@ss').toString('base64')}`;
    expect(new Set(proxy.authorizations)).toEqual(new Set([login]));
    // What is the proxy's is not the server's.
    for (const { headers } of server.received) expect(headers['proxy-authorization']).toBeUndefined();
    expect(server.resumedConnections()).toBeGreaterThanOrEqual(1);
  });

  it('keeps one tunnel for several calls', async () => {
    const server = await startServer();
    const proxy = await started(startProxy, { targetPort: server.port });
    const cluster = through({ ...server.connection, proxy: { url: `http://127.0.0.1:${proxy.port}` } });

    await cluster.serverVersion();
    await cluster.serverVersion();

    expect(proxy.asked).toEqual([`127.0.0.1:${server.port}`]);
  });

  it('a proxy is reached by TLS where its address says https, trusted as the API server is', async () => {
    const server = await startServer();
    const proxy = await started(startProxy, { targetPort: server.port, isSecure: true });
    const secured = { ...named(server), proxy: { url: `https://127.0.0.1:${proxy.port}` } };
    const unknown = { server: secured.server, namespace: 'ci', skipTlsVerify: true, proxy: secured.proxy };

    expect(await through(secured).serverVersion()).toMatchObject({ minor: 36 });
    const untrusted = await failureOf(through({ ...unknown, credentials: { kind: 'none' } }).serverVersion());
    expect(untrusted).toMatchObject({
      code: 'cluster-refused',
      message: expect.stringContaining('the proxy https://127.0.0.1'),
    });
  });

  it('a proxy may speak SOCKS5, and looks names up itself', async () => {
    const server = await startServer();
    const proxy = await started(startSocksProxy, { targetPort: server.port });
    const cluster = through(named(server), { HTTPS_PROXY: `socks5://anna:secret@127.0.0.1:${proxy.port}` });

    expect(await cluster.serverVersion()).toMatchObject({ minor: 36 });
    expect(await cluster.exec(listening().request)).toEqual(exited);

    expect(new Set(proxy.asked)).toEqual(new Set(['api.example:6443']));
    expect(new Set(proxy.authorizations)).toEqual(new Set(['anna:secret']));
  });

  it.each([
    ['407 Proxy Authentication Required', 'cluster-refused', 1],
    // Not the API server's "forbidden", which would be explained by missing rights.
    ['403 Forbidden', 'cluster-refused', 1],
    ['503 Service Unavailable', 'cluster-unreachable', 5],
  ])('a proxy that refuses is named, without its password: %s', async (status, code, tries) => {
    const server = await startServer();
    const proxy = await started(startProxy, { targetPort: server.port, status });
    const env = { HTTPS_PROXY: `http://anna:secret@127.0.0.1:${proxy.port}` };
    const cluster = through(named(server), env);

    const failure = await failureOf(cluster.serverVersion());

    expect(failure).toMatchObject({ code });
    expect(failure.message).toContain(
      `the proxy http://127.0.0.1:${proxy.port} answers CONNECT api.example:6443 with HTTP ${status}`,
    );
    expect(failure.message).toContain('HTTPS_PROXY in the runner');
    expect(proxy.asked).toHaveLength(tries);
    expect(server.received).toEqual([]);
    const ended = await cluster.exec(listening().request);
    expect(ended).toMatchObject({ kind: 'lost', message: expect.stringContaining(`HTTP ${status}`) });
    expect(JSON.stringify([ended, failure, String(failure.stack)])).not.toContain('secret');
  });

  it.each([
    ['HTTP', startProxy, 'http'],
    ['SOCKS5', startSocksProxy, 'socks5'],
  ] as const)('a proxy that stalls is given up, and let go: %s', async (_, start, protocol) => {
    const server = await startServer();
    const proxy = await started(start, { targetPort: server.port, stalls: true });
    const env = { HTTPS_PROXY: `${protocol}://anna:secret@127.0.0.1:${proxy.port}` };
    const cluster = through(named(server), env, { connectMilliseconds: 50 });

    const failure = await failureOf(cluster.serverVersion());

    expect(failure).toMatchObject({
      code: 'cluster-unreachable',
      message: expect.stringContaining(`${protocol}://127.0.0.1:${proxy.port}`),
    });
    expect(failure.message).not.toContain('secret');
    await expect.poll(() => proxy.connected()).toBe(0);
  });

  it('a proxy that is not there is named', async () => {
    const server = await startServer();
    const proxy = await startProxy({ targetPort: server.port });
    await proxy.close();
    for (const protocol of ['http', 'https', 'socks5']) {
      const env = { HTTPS_PROXY: `${protocol}://anna:secret@127.0.0.1:${proxy.port}` };
      const failure = await failureOf(through(named(server), env).serverVersion());

      expect(failure).toMatchObject({
        code: 'cluster-unreachable',
        message: expect.stringMatching(/the proxy \w+:\/\/127\.0\.0\.1:\d+ cannot be used: .*ECONNREFUSED/),
      });
      expect(failure.message).not.toContain('secret');
    }
  });

  it('a proxy is not asked where NO_PROXY names the server, nor for loopback', async () => {
    const server = await startServer();
    const proxy = await started(startProxy, { targetPort: server.port });
    const cluster = through(server.connection, { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });

    expect(await cluster.serverVersion()).toMatchObject({ minor: 36 });
    expect(proxy.asked).toEqual([]);
  });
});
