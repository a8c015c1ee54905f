// How an exec connection ends by itself: refused, not understood, or closed by whatever it was.
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { plainLine } from '../../../text/plain-text.ts';
import type { ExecResult } from '../../cluster.ts';
import { errorMessage } from '../api-failure.ts';
import { readRefusal } from '../api-refusal.ts';
import { readBody } from '../https-transport.ts';
import type { Limits } from '../limits.ts';

const maxRefusalBytes = 64 * 1024;

/** Settles always: a server that never answers is given up. @param socket has just been made: none of its events has fired yet */
export function awaitEnd(socket: WebSocket, limits: Limits): Promise<ExecResult> {
  return new Promise((resolve) => {
    let trouble = '';
    let upgraded: IncomingMessage | null = null;
    const tooLate = setTimeout(() => {
      trouble ||= `no answer to the upgrade within ${limits.upgradeMilliseconds / 1000} s`;
      socket.terminate();
    }, limits.upgradeMilliseconds);
    socket.once('upgrade', (answer) => {
      upgraded = answer;
    });
    socket.once('open', () => {
      upgraded = null;
      clearTimeout(tooLate);
    });
    socket.on('unexpected-response', (_, answer) => {
      void readUpgradeRefusal(answer).then((refused) => {
        resolve(refused);
        socket.terminate();
      });
    });
    socket.on('error', (error) => {
      trouble ||= plainLine(errorMessage(error));
      const fault = whyIncompatible(error, upgraded);
      if (fault !== null) resolve({ kind: 'incompatible', message: fault });
    });
    socket.once('close', (code, reason) => {
      clearTimeout(tooLate);
      const message = trouble || plainLine(reason.toString());
      resolve(lost(`the connection was closed without a status (${code}${message && `, ${message}`})`));
    });
  });
}

/** @param upgraded the answer to an upgrade that is not open: `ws` does not take it. null: it may be better next time */
function whyIncompatible(error: Error, upgraded: IncomingMessage | null): string | null {
  const message = plainLine(errorMessage(error));
  if (upgraded !== null) {
    const chosen = upgraded.headers['sec-websocket-protocol'];
    return `the answer to the upgrade is none of exec (${message}${chosen === undefined ? '' : `: "${plainLine(chosen)}"`})`;
  }
  const { code } = error as { readonly code?: unknown };
  const isNoHttp = typeof code === 'string' && code.startsWith('HPE_');
  return isNoHttp ? `what answered the upgrade speaks no HTTP (${message})` : null;
}

async function readUpgradeRefusal(answer: IncomingMessage): Promise<ExecResult> {
  const httpStatus = answer.statusCode ?? 0;
  const body = await readBody(answer, maxRefusalBytes).catch(() => '');
  const { reason, message } = readRefusal(httpStatus, body, undefined);
  const target = redirection(answer);
  return { kind: 'refused', httpStatus, reason, message: plainLine(target ?? message) };
}

/** Never followed: our credentials are for one server. Shown without its query, which may hold a ticket. */
function redirection({ statusCode = 0, headers: { location } }: IncomingMessage): string | null {
  if (statusCode < 300 || statusCode > 399 || location === undefined) return null;
  return `a redirect to ${location.replace(/[?#].*$/s, '')}`;
}

export function lost(message: string): ExecResult {
  return { kind: 'lost', message };
}
