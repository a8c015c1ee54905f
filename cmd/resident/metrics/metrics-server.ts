// A server that knows one page. Whoever reaches it can do no more than read it, a few at a time.
import { lstat, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import type { MetricsAddress } from './metrics-address.ts';
import type { Prometheus } from './prometheus.ts';

/** Prometheus needs one. */
const maxConnections = 8;
const requestMilliseconds = 5000;
const maxHeaderBytes = 8192;
const onlyOwner = 0o177;

/** @returns what ends it. @throws SystemFailure when the address is another's */
export async function startMetricsServer(
  address: MetricsAddress,
  prometheus: Pick<Prometheus, 'text' | 'contentType'>,
): Promise<() => void> {
  if (address.kind === 'socket') await removeStaleSocket(address.path);
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: requestMilliseconds,
      requestTimeout: requestMilliseconds,
      keepAliveTimeout: requestMilliseconds,
    },
    (request, response) => void answer(request, response, prometheus),
  );
  server.maxConnections = maxConnections;
  await listen(server, address);
  server.unref();
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { text, contentType }: Pick<Prometheus, 'text' | 'contentType'>,
): Promise<void> {
  if (url !== '/metrics') response.writeHead(404).end('The metrics are at /metrics.\n');
  else if (method !== 'GET') response.writeHead(405, { allow: 'GET' }).end();
  else {
    const page = await text().catch(() => null);
    if (page === null) response.writeHead(500).end();
    else response.writeHead(200, { 'content-type': contentType }).end(page);
  }
}

async function listen(server: Server, address: MetricsAddress): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(refusal(address, cause.message, cause)));
    server.once('listening', () => resolve());
  });
  // A socket has its mode from its first moment; nothing else runs before `listen` has made it.
  const before = process.umask(onlyOwner);
  try {
    if (address.kind === 'socket') server.listen({ path: address.path });
    else server.listen({ host: address.host, port: address.port });
  } finally {
    process.umask(before);
  }
  await listening;
  server.on('error', () => undefined);
}

/** One that a killed resident left. @throws SystemFailure for what is something else, or somebody's */
async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  const address: MetricsAddress = { kind: 'socket', path };
  if (!found.isSocket()) throw refusal(address, 'there is something else');
  if (await isListening(path)) throw refusal(address, 'another process listens there');
  await rm(path, { force: true });
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function refusal(address: MetricsAddress, why: string, cause?: unknown): SystemFailure {
  const place = address.kind === 'socket' ? address.path : `${address.host}:${address.port}`;
  return new SystemFailure(
    'resident',
    {
      what: `Cannot serve metrics at ${place}: ${why}.`,
      operator: 'give serve --metrics another address, or end what has this one.',
    },
    { cause },
  );
}
