// One question over HTTP: bounded in time and size, and it follows nobody.
import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  STATUS_CODES,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { plainLine } from '../../text/plain-text.ts';
import { RegistryFailure } from '../registry-failure.ts';
import { connectMilliseconds } from './agents.ts';

/** A challenge, or the digest of a manifest, is a few hundred bytes. */
const maxHeaderBytes = 16 * 1024;

export interface Question {
  readonly method: 'GET' | 'HEAD';
  readonly url: URL;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  /** For head and body of the answer. */
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A kept connection that the other side closed meanwhile says so only when it is used: asked once more on a new one. */
export async function send(question: Question): Promise<Answer> {
  try {
    return await sendOnce(question);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    return await sendOnce(question);
  }
}

class StaleConnection extends Error {}

function sendOnce({
  method,
  url,
  agent,
  headers,
  maxBytes,
  milliseconds,
  signal,
}: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send(url, {
      method,
      agent,
      maxHeaderSize: maxHeaderBytes,
      headers: { 'User-Agent': 'gitlab-pod-executor', ...headers },
    });
    // The first that happens is why; a request that is destroyed once its answer has begun says nothing of it.
    const fail = (error: Error): void => {
      reject(error);
      sent.destroy();
    };
    const abort = (): void => fail(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    const timers = limit(sent, { url, milliseconds, fail });
    sent.once('close', () => {
      signal.removeEventListener('abort', abort);
      for (const timer of timers) clearTimeout(timer);
    });
    const explained = (error: NodeJS.ErrnoException): void => fail(describe(error, sent, url));
    sent.on('error', explained);
    sent.once('response', (answer: IncomingMessage) => {
      const { statusCode: status = 0, headers: said } = answer;
      readBody(answer, maxBytes).then((body) => resolve({ status, headers: said, body }), explained);
    });
    sent.end();
  });
}

interface Limit {
  readonly url: URL;
  readonly milliseconds: number;
  readonly fail: (error: Error) => void;
}

function limit(sent: ClientRequest, { url: { host }, milliseconds, fail }: Limit): NodeJS.Timeout[] {
  const late = (what: string, after: number) =>
    setTimeout(() => fail(passing(`${host} ${what} within ${after / 1000} s`)), after);
  const connecting = late('opened no connection', connectMilliseconds);
  sent.once('socket', (socket) => {
    if (!socket.connecting) clearTimeout(connecting);
    else socket.once('connect', () => clearTimeout(connecting));
  });
  return [connecting, late('gave no whole answer', milliseconds)];
}

async function readBody(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new RegistryFailure('failed', `an answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const passing = (message: string): RegistryFailure =>
  new RegistryFailure('failed', message, { isTransient: true });

function describe(error: NodeJS.ErrnoException, sent: ClientRequest, { host }: URL): Error {
  if (error instanceof RegistryFailure) return error;
  const { code = '', message } = error;
  if (code === 'ECONNRESET' && sent.reusedSocket) return new StaleConnection(message);
  const why = plainLine(message || code || error.name);
  if (code === 'ENOTFOUND') return new RegistryFailure('unknown-host', `the runner's DNS knows no ${host}`);
  if (/^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT)/.test(code))
    return new RegistryFailure(
      'failed',
      `the runner's machine does not trust the certificate of ${host}: ${why}`,
    );
  if (/^(EPROTO|ERR_SSL_)/.test(code))
    return new RegistryFailure('failed', `${host} does not speak TLS as expected: ${why}`);
  return passing(`${host} cannot be asked: ${why}`);
}

/** `HTTP 503 Service Unavailable`: the registry's own words are for nobody's log. */
export const statusWords = (status: number): string =>
  `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
