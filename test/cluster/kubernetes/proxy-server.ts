// A forward proxy on loopback that says who asked it for what: HTTP's CONNECT, with or without TLS, or SOCKS5.
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { identity } from './fake-api-server.ts';

export interface ProxyServer {
  readonly port: number;
  /** `HOST:PORT`, as it was asked for. */
  readonly asked: string[];
  readonly authorizations: (string | undefined)[];
  /** Its clients that are still connected. */
  connected(): number;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** Every name leads here. */
  readonly targetPort: number;
  /** It speaks TLS, with the certificate of the fake API server. */
  readonly isSecure?: boolean;
  /** It answers with this status instead. */
  readonly status?: string;
  /** It takes a request, and never answers. */
  readonly stalls?: boolean;
}

export async function startProxy({
  targetPort,
  isSecure = false,
  status,
  stalls = false,
}: ProxyOptions): Promise<ProxyServer> {
  const server = isSecure
    ? createHttpsServer({ key: identity.privateKeyPem, cert: identity.certificatePem })
    : createHttpServer();
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    authorizations.push(request.headers['proxy-authorization']);
    // Half-open otherwise, as HTTP servers keep them.
    if (stalls) return void client.resume().on('end', () => client.end());
    if (status !== undefined) return void client.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
    join(client, targetPort, () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  });
  return listen(server, { asked, authorizations });
}

/** Of RFC 1928 what CONNECT needs, and RFC 1929's name and password. */
export async function startSocksProxy({ targetPort, stalls = false }: ProxyOptions): Promise<ProxyServer> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createTcpServer((client) => {
    if (stalls) return void client.resume();
    client.once('data', (greeting: Buffer) => {
      const wantsPassword = greeting.subarray(2).includes(2);
      client.write(Buffer.from([5, wantsPassword ? 2 : 0]));
      const connectNext = (): void =>
        void client.once('data', (request: Buffer) => {
          const length = request[4] ?? 0;
          asked.push(`${request.subarray(5, 5 + length).toString()}:${request.readUInt16BE(5 + length)}`);
          join(client, targetPort, () => client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])));
        });
      if (!wantsPassword) return connectNext();
      client.once('data', (login: Buffer) => {
        const nameEnd = 2 + (login[1] ?? 0);
        authorizations.push(
          `${login.subarray(2, nameEnd).toString()}:${login.subarray(nameEnd + 1).toString()}`,
        );
        client.write(Buffer.from([1, 0]));
        connectNext();
      });
    });
  });
  return listen(server, { asked, authorizations });
}

function join(client: Socket, port: number, ready: () => void): void {
  const target = connect(port, '127.0.0.1', ready);
  client.pipe(target).pipe(client);
  client.on('error', () => target.destroy()).on('close', () => target.destroy());
  target.on('error', () => client.destroy()).on('close', () => client.destroy());
}

async function listen(
  server: Server,
  known: Pick<ProxyServer, 'asked' | 'authorizations'>,
): Promise<ProxyServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...known,
    port: (server.address() as AddressInfo).port,
    connected: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
