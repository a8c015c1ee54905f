// Answers on the wire: JSON, a refusal as Status, and the same before an upgrade, where there is only a bare socket.
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiRefusal, failureStatus } from './status.ts';

export function sendJson(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.end(`${JSON.stringify(body)}\n`);
}

export function sendRefusal(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal = asRefusal(error);
  response.writeHead(refusal.code, headersOf(refusal));
  response.end(bodyOf(refusal));
}

export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const refusal = asRefusal(error);
  const body = bodyOf(refusal);
  const headers = { ...headersOf(refusal), 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(
    `HTTP/1.1 ${refusal.code} ${STATUS_CODES[refusal.code] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${body}`,
  );
}

/** A fault of this double itself: said as 500, with the stack, so that no test mistakes it for the cluster's doing. */
function asRefusal(error: unknown): ApiRefusal {
  if (error instanceof ApiRefusal) return error;
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ApiRefusal(500, 'InternalError', `the embedded cluster failed: ${words}`);
}

function headersOf({ isPlainText, retryAfterSeconds }: ApiRefusal): Record<string, string> {
  return {
    'content-type': isPlainText ? 'text/plain; charset=utf-8' : 'application/json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
}

const bodyOf = (refusal: ApiRefusal): string =>
  refusal.isPlainText ? refusal.message : `${JSON.stringify(failureStatus(refusal))}\n`;
