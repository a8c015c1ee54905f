// Sends one request over the process's keep-alive connection, with deadlines. Knows HTTP and TLS, nothing of Kubernetes.
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { type Agent, type AgentOptions, request } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, createSecureContext, type SecureContext } from 'node:tls';
import type { Connection } from '../cluster.ts';
import type { Identity } from './connection/credentials.ts';

/** A free connection is not trusted for longer: load balancers drop them silently. */
const freeMilliseconds = 20_000;
/** More of them serve nobody: the next stage takes the one that was used last. */
const maxFreeConnections = 16;
/** Keeps a quiet watch alive through routers that forget. */
const keepAliveMilliseconds = 10_000;

export function agentOptions(connection: Connection, identity: Identity): AgentOptions {
  return {
    keepAlive: true,
    keepAliveMsecs: keepAliveMilliseconds,
    timeout: freeMilliseconds,
    maxFreeSockets: maxFreeConnections,
    rejectUnauthorized: connection.skipTlsVerify !== true,
    ...serverName(connection.tlsServerName),
    secureContext: secureContext(identity),
  };
}

/** One for all connections: to read certificates again for each takes time and memory. */
function secureContext({ authorities, certificate, key }: Identity): SecureContext {
  // Lists: an empty text alone would mean the system's authorities, or no certificate of ours.
  return createSecureContext({
    ...(authorities !== undefined && { ca: [authorities] }),
    ...(certificate !== undefined && { cert: [certificate] }),
    ...(key !== undefined && { key: [key] }),
  });
}

/** An address cannot be asked for by name (SNI), but a certificate can be for one: behind a tunnel, say. */
function serverName(name: string | undefined): Pick<AgentOptions, 'servername' | 'checkServerIdentity'> {
  if (name === undefined) return {};
  if (isIP(name) === 0) return { servername: name };
  return { checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate) };
}

export interface HttpRequest {
  readonly url: URL;
  readonly agent: Agent;
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
  readonly connectMilliseconds: number;
  /** Until the answer's head is there; its body may take longer. */
  readonly answerMilliseconds: number;
  readonly signal: AbortSignal;
}

/** @returns the answer's head; its body is still to be read, and `signal` still ends it */
export function sendRequest(message: HttpRequest): Promise<IncomingMessage> {
  const { url, agent, method, headers, body, signal } = message;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const sent = request(url, {
      agent,
      method,
      headers: { ...headers, ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) },
    });
    const abort = (): void => void sent.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    sent.once('close', () => signal.removeEventListener('abort', abort));
    limitConnect(sent, message.connectMilliseconds);
    limitAnswer(sent, message.answerMilliseconds);
    sent.once('response', resolve).on('error', reject);
    sent.end(body);
  });
}

/** Destroys a request whose connection is not ready in time. */
export function limitConnect(sent: ClientRequest, milliseconds: number): void {
  const timer = setTimeout(
    () => sent.destroy(new Error(`no TLS connection within ${milliseconds / 1000} s`)),
    milliseconds,
  );
  const stop = (): void => clearTimeout(timer);
  sent.once('socket', (socket: Socket) => {
    if (sent.reusedSocket) stop();
    else socket.once('secureConnect', stop);
  });
  sent.once('close', stop);
}

function limitAnswer(sent: ClientRequest, milliseconds: number): void {
  const timer = setTimeout(
    () => sent.destroy(new Error(`no answer within ${milliseconds / 1000} s`)),
    milliseconds,
  );
  const stop = (): void => clearTimeout(timer);
  sent.once('response', stop).once('close', stop);
}

/** The answer's body as text. @throws when it is longer than `maxBytes`, or the connection breaks before its end */
export async function readBody(answer: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The last `maxBytes` bytes of the answer's body. */
export async function readBodyEnd(answer: IncomingMessage, maxBytes: number): Promise<string> {
  let kept: Buffer = Buffer.alloc(0);
  for await (const chunk of answer as AsyncIterable<Buffer>)
    kept = Buffer.concat([kept, chunk]).subarray(-maxBytes);
  return kept.toString();
}
