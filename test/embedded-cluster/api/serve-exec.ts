// GET …/pods/NAME/exec with an upgrade to WebSocket. Whatever is wrong before the upgrade is answered in plain HTTP.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ContainerRuntime } from '../kubelet/pod-state.ts';
import type { ExecProcess } from '../sandbox/sandbox.ts';
import { StartFailure } from '../sandbox/sandbox.ts';
import { connectExec, type ExecConnection } from './exec-connection.ts';
import type { ExecProtocol } from './exec-frames.ts';
import { isTrue } from './request.ts';
import { ApiRefusal, badRequest } from './status.ts';

export interface ExecServer {
  /** @throws ApiRefusal before the upgrade */
  serve(
    upgrade: { readonly incoming: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
    target: { readonly pod: string; readonly container: ContainerRuntime; readonly query: URLSearchParams },
  ): Promise<void>;
  readonly connections: ReadonlySet<ExecConnection>;
  close(): void;
}

/**
 * Each live exec holds a session keyring; kernel.keys.maxkeys (200) minus what the container itself has. Measured with runc: then
 * nothing can be exec'd any more. That is why abandoned execs matter.
 */
const liveExecs = 197;
const keyringsUsedUp =
  'unable to start container process: error during container init: unable to join session keyring: unable to create session key: disk quota exceeded';

export function createExecServer(settings: {
  readonly protocols: readonly ExecProtocol[];
  readonly cutSocket: (socket: Duplex, how: 'fin' | 'rst') => void;
  /** Told of each new connection; fault injection may cut it at once or later. */
  readonly onConnection: (connection: ExecConnection) => void;
}): ExecServer {
  const connections = new Set<ExecConnection>();
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => settings.protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  return {
    connections,
    close: () => webSockets.close(),
    async serve({ incoming, socket, head }, { pod, container, query }) {
      checkQuery(query, incoming, settings.protocols);
      const { running, process: plan } = container;
      if (!running || !plan) throw containerNotFound(container);
      const command = query.getAll('command');
      const process =
        container.execs >= liveExecs
          ? neverStarted(keyringsUsedUp)
          : await running.exec({ ...plan, args: command });
      container.execs += 1;
      void process.exited.then(() => {
        container.execs -= 1;
      });
      webSockets.handleUpgrade(incoming, socket, head, (webSocket) => {
        const connection = connectExec({
          socket: webSocket,
          process,
          protocol: webSocket.protocol as ExecProtocol,
          pod,
          container: container.spec.name,
          cutSocket: (how) => settings.cutSocket(socket, how),
        });
        connections.add(connection);
        webSocket.on('close', () => connections.delete(connection));
        settings.onConnection(connection);
      });
    },
  };
}

/** The kubelet's words for a container that does not run. */
export const containerNotFound = ({ spec }: ContainerRuntime): ApiRefusal =>
  new ApiRefusal(500, 'InternalError', `container not found ("${spec.name}")`, { isPlainText: true });

function checkQuery(query: URLSearchParams, incoming: IncomingMessage, protocols: readonly string[]): void {
  if (!['stdin', 'stdout', 'stderr'].some((stream) => isTrue(query.get(stream))))
    throw new ApiRefusal(400, 'BadRequest', 'you must specify at least 1 of stdin, stdout, stderr', {
      isPlainText: true,
    });
  if (isTrue(query.get('tty'))) throw badRequest('the embedded cluster has no terminals: leave out tty (-t)');
  const offered = (incoming.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.some((protocol) => protocols.includes(protocol)))
    throw new ApiRefusal(
      403,
      'Forbidden',
      `unable to upgrade: none of the subprotocols [${offered.join(', ')}] is served`,
    );
}

function neverStarted(message: string): ExecProcess {
  const nothing = { onData: () => undefined, pause: () => undefined, resume: () => undefined };
  return {
    stdin: { write: () => Promise.resolve(), end: () => undefined, pending: () => 0 },
    stdout: nothing,
    stderr: nothing,
    exited: Promise.resolve(),
    ended: Promise.resolve(new StartFailure(message)),
  };
}
