// Who may speak to the server: the bearer of the token, from a program on this machine.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiRefusal } from './status.ts';

/**
 * A web page in a browser on this machine can reach loopback, too: it sends an Origin, and after DNS rebinding a foreign Host.
 * Names below localhost are never looked up in DNS (RFC 6761), so nobody rebinds them.
 * @throws ApiRefusal 401 or 403
 */
export function authenticate(request: IncomingMessage, acceptedTokens: ReadonlySet<string>): void {
  if (request.headers.origin !== undefined)
    throw new ApiRefusal(403, 'Forbidden', 'requests from web pages are not served');
  if (!/^(127\.0\.0\.1|([\w-]+\.)*localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    throw new ApiRefusal(403, 'Forbidden', 'this server answers to 127.0.0.1 and localhost only');
  const [, token = ''] = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (![...acceptedTokens].some((accepted) => sameText(accepted, token)))
    throw new ApiRefusal(401, 'Unauthorized', 'Unauthorized');
}

/** Hashing first makes the lengths equal; the comparison then takes the same time wherever they differ. */
const sameText = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
