// A door before an API server: every request and answer passes it under the eyes of a test, which can end somebody right there.
import { mkdtempSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { writeKubeconfig } from '../embedded-cluster/kubeconfig.ts';
import type { EmbeddedCluster } from '../embedded-cluster/options.ts';
import { createServerIdentity } from '../embedded-cluster/tls/certificate.ts';

export interface Passing {
  /** `list pods`, `create secrets`, `watch events`, `exec helper` … */
  readonly request: string;
  /** Before the API server has it, or once it has answered and the client does not know yet. */
  readonly when: 'before' | 'after';
}

export interface ApiGate {
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** A stage that comes back soon finds its connection as it left it, however slow the machine. */
const keepAliveMilliseconds = 60_000;

/**
 * @param look returns false for what must not pass
 * @param onConnection called with each new TLS connection
 */
export async function openGate(
  { server: address, certificateAuthorityPem: ca, token }: EmbeddedCluster,
  directory: string,
  look: (passing: Passing) => boolean,
  onConnection?: () => void,
): Promise<ApiGate> {
  const { port: upstreamPort } = new URL(address);
  const identity = createServerIdentity(new Date());
  const agent = new Agent({ keepAlive: true, ca });
  const server = createServer({ key: identity.privateKeyPem, cert: identity.certificatePem });
  server.keepAliveTimeout = keepAliveMilliseconds;
  const open = new Set<Duplex>();
  server.on('secureConnection', (socket: TLSSocket) => {
    open.add(socket);
    onConnection?.();
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
  });
  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    const name = nameOf(incoming);
    if (!look({ request: name, when: 'before' })) return void incoming.socket.destroy();
    const { method, url, headers } = incoming;
    const outgoing = request(
      { host: '127.0.0.1', port: upstreamPort, path: url, method, headers, agent },
      (answer) => {
        if (!look({ request: name, when: 'after' })) return void incoming.socket.destroy();
        response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
        answer.pipe(response).on('error', () => undefined);
        response.once('close', () => outgoing.destroy());
      },
    );
    outgoing.on('error', () => incoming.socket.destroy());
    incoming.pipe(outgoing);
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    const name = nameOf(incoming);
    if (!look({ request: name, when: 'before' })) return void socket.destroy();
    const upstream = connect({ host: '127.0.0.1', port: Number(upstreamPort), ca });
    upstream.write(headOf(incoming));
    upstream.once('data', (first: Buffer) => {
      if (!look({ request: name, when: 'after' })) return void upstream.destroy();
      socket.write(first);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const)
      from.on('error', () => undefined).once('close', () => to.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const kubeconfig = join(mkdtempSync(join(directory, 'gate-')), 'kubeconfig');
  writeKubeconfig(kubeconfig, {
    server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificateAuthorityPem: identity.certificateAuthorityPem,
    namespace: 'ci',
    user: { token },
  });
  return {
    kubeconfig,
    close: async () => {
      agent.destroy();
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', DELETE: 'delete', PATCH: 'patch' };

function nameOf({ method = '', url = '' }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'https://gate');
  const [, , , , , resource = pathname, name, subresource] = pathname.split('/');
  if (subresource === 'exec') return `exec ${searchParams.get('container') ?? ''}`;
  const reading = searchParams.has('watch') ? 'watch' : name === undefined ? 'list' : 'get';
  return `${verbs[method] ?? reading} ${resource}`;
}

function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
