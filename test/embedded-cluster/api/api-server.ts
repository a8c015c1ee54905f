// The API server's sockets: TLS on loopback, connections that can be cut, a port that can be left and taken again.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerIdentity } from '../tls/certificate.ts';
import { refuseUpgrade, sendRefusal } from './answer.ts';
import type { ExecConnection } from './exec-connection.ts';
import type { ExecProtocol } from './exec-frames.ts';
import { findExecTarget } from './exec-target.ts';
import { type HandlerSettings, handleRequest } from './handle-request.ts';
import { createExecServer } from './serve-exec.ts';
import type { RunningWatches } from './watch.ts';

export interface ApiServerSettings extends HandlerSettings {
  readonly identity: ServerIdentity;
  readonly execProtocols: readonly ExecProtocol[];
  readonly onExec: (connection: ExecConnection) => void;
}

export interface ApiServer {
  readonly port: number;
  readonly execs: ReadonlySet<ExecConnection>;
  readonly watches: RunningWatches;
  /** Nobody listens any more and every connection is cut; processes in pods go on. */
  goAway(): Promise<void>;
  /** On the same port. */
  comeBack(): Promise<void>;
}

export async function startApiServer(settings: ApiServerSettings): Promise<ApiServer> {
  const { identity, execProtocols: protocols, onExec: onConnection } = settings;
  const watches: RunningWatches = new Set();
  const server = createServer({ key: identity.privateKeyPem, cert: identity.certificatePem });
  const rawSockets = rememberSockets(server);
  const execServer = createExecServer({
    protocols,
    onConnection,
    cutSocket: (socket, how) => cut(rawSockets.get(remotePortOf(socket)), how),
  });
  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    handleRequest(settings, { incoming, response, running: watches }).catch((error: unknown) =>
      sendRefusal(response, error),
    );
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    const serve = async (): Promise<void> =>
      execServer.serve({ incoming, socket, head }, findExecTarget(settings, incoming));
    serve().catch((error: unknown) => refuseUpgrade(socket, error));
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    execs: execServer.connections,
    watches,
    async goAway() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of rawSockets.values()) socket.destroy();
      await closed;
    },
    comeBack: () => listen(server, port),
  };
}

/** By the client's port: TLS sockets cannot be reset, the sockets below them can. */
function rememberSockets(server: Server): Map<number, Socket> {
  const sockets = new Map<number, Socket>();
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.on('close', () => sockets.delete(port));
    socket.on('error', () => undefined);
  });
  return sockets;
}

const remotePortOf = (socket: Duplex): number =>
  'remotePort' in socket && typeof socket.remotePort === 'number' ? socket.remotePort : 0;

function cut(socket: Socket | undefined, how: 'fin' | 'rst'): void {
  if (how === 'rst') socket?.resetAndDestroy();
  else socket?.destroy();
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
