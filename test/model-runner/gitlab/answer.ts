import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** A JSON answer, with the correlation id that GitLab gives each request. */
export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const correlationId = randomBytes(8).toString('hex');
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-request-id': correlationId,
    ...headers,
  });
  response.end(JSON.stringify(body));
}
