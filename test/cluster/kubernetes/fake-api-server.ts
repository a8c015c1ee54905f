// An API server of a few lines for one test: TLS on loopback, whatever answers the test gives, exec over WebSocket.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Connection } from '../../../src/cluster/cluster.ts';
import { createServerIdentity } from '../../embedded-cluster/tls/certificate.ts';

export interface Received {
  readonly method: string;
  /** Path and query, decoded. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  /** Common name of the client's certificate; empty without one. */
  readonly client: string;
}

export interface FakeServer {
  /** Without credentials; a test adds its own. */
  readonly connection: Connection;
  readonly port: number;
  /** Every request, upgrades included, in order. */
  readonly received: Received[];
  /** TLS connections accepted so far. */
  connections(): number;
  /** Those of them that took up an earlier TLS session. */
  resumedConnections(): number;
  /** Cuts every open connection. */
  cut(how?: 'end' | 'reset'): void;
  close(): Promise<void>;
}

export interface Answers {
  readonly answer?: (request: Received, response: ServerResponse) => void;
  /** The server's side of an exec. */
  readonly exec?: (peer: WebSocket, request: Received) => void;
  /** Which protocol the server takes, offered or not; v5 if offered. `false`: none. */
  readonly protocol?: string | false;
  /** Answers an upgrade without upgrading; nothing is done when it returns false. */
  readonly refuse?: (request: Received, socket: Socket) => boolean;
  readonly asksForCertificate?: boolean;
}

/** Of all fake servers. */
export const identity = createServerIdentity(new Date());

export async function startFakeServer({
  answer,
  exec,
  protocol,
  refuse,
  asksForCertificate,
}: Answers): Promise<FakeServer> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({
    key: identity.privateKeyPem,
    cert: identity.certificatePem,
    requestCert: asksForCertificate === true,
    rejectUnauthorized: false,
  });
  // Below TLS, so that a test can reset it.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  const count = { all: 0, resumed: 0 };
  server.on('secureConnection', (socket) => {
    count.all += 1;
    if (socket.isSessionReused()) count.resumed += 1;
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void readRequest(request).then((one) => {
      received.push(one);
      (answer ?? notFound)(one, response);
    });
  });
  const upgrades = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => protocol ?? [...offered][0] ?? false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const one = describe(request, undefined);
    received.push(one);
    if (refuse?.(one, socket)) return;
    upgrades.handleUpgrade(request, socket, head, (peer) => {
      peer.on('error', () => undefined);
      exec?.(peer, one);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    connection: {
      server: `https://127.0.0.1:${port}`,
      namespace: 'ci',
      certificateAuthority: { pem: identity.certificateAuthorityPem },
      credentials: { kind: 'none' },
    },
    port,
    received,
    connections: () => count.all,
    resumedConnections: () => count.resumed,
    cut: (how = 'end') => {
      for (const socket of sockets) {
        if (how === 'reset') socket.resetAndDestroy();
        else socket.destroy();
      }
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readRequest(request: IncomingMessage): Promise<Received> {
  let text = '';
  for await (const chunk of request) text += (chunk as Buffer).toString();
  return describe(request, text === '' ? undefined : JSON.parse(text));
}

function describe(request: IncomingMessage, body: unknown): Received {
  const url = new URL(request.url ?? '', 'https://fake');
  const { getPeerCertificate } = request.socket as { getPeerCertificate?: () => object };
  const certificate = getPeerCertificate?.call(request.socket) as { subject?: { CN?: string } } | undefined;
  return {
    method: request.method ?? '',
    target: decodeURIComponent(request.url ?? ''),
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
    client: certificate?.subject?.CN ?? '',
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function refuse(
  response: ServerResponse,
  status: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  json(response, status, statusObject(status, reason, message), headers);
}

export function statusObject(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code };
}

function notFound(_: Received, response: ServerResponse): void {
  refuse(response, 404, 'NotFound', 'nothing is here');
}

/** A refusal of an upgrade, written by hand as the socket is ours. */
export function refuseUpgrade(socket: Socket, status: number, body: string): void {
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
