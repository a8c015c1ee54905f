// A connection through a proxy to a server: HTTP's CONNECT, spoken by Node's own client, or SOCKS5.
import { type ClientRequest, request as httpRequest, type IncomingMessage, STATUS_CODES } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { getCACertificates } from 'node:tls';
import { plainLine } from '../../../text/plain-text.ts';
import type { ProxyAddress } from './proxy-address.ts';

export interface Tunnel {
  readonly proxy: ProxyAddress;
  readonly host: string;
  readonly port: number;
  /** For a proxy that is reached by TLS, beside the system's: PEM of certificate authorities. */
  readonly authorities?: string | undefined;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/** What fails is the proxy, not the API server. Known by its `code`, because this is bundled apart; names no password. */
export class ProxyFailure extends Error {
  readonly code: 'PROXY_REFUSES' | 'PROXY_UNREACHABLE';

  /** @param code `PROXY_REFUSES`: it said no, and will say so again */
  constructor(code: ProxyFailure['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** @returns a socket on which the server itself speaks; rejects with ProxyFailure */
export function openTunnel(tunnel: Tunnel): Promise<Socket> {
  return tunnel.proxy.url.protocol === 'socks5:' ? openSocks(tunnel) : openConnect(tunnel);
}

function openConnect(tunnel: Tunnel): Promise<Socket> {
  const { shown } = tunnel.proxy;
  const target = targetOf(tunnel);
  return new Promise((resolve, reject) => {
    const sent = sendConnect(tunnel, target);
    const timer = setTimeout(() => sent.destroy(tooLate(tunnel)), tunnel.milliseconds);
    sent.once('close', () => clearTimeout(timer));
    sent.once('connect', ({ statusCode = 0 }: IncomingMessage, socket: Socket) => {
      clearTimeout(timer);
      if (statusCode >= 200 && statusCode < 300) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(refusal(shown, target, statusCode));
    });
    sent.once('error', (error: Error) => reject(asProxyFailure(error, shown)));
    sent.end();
  });
}

/** Of the proxy's own words only the code: its page is for browsers, and its reason may be anything. */
function refusal(shown: string, target: string, status: number): ProxyFailure {
  const answer = `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  return new ProxyFailure(
    status >= 500 ? 'PROXY_UNREACHABLE' : 'PROXY_REFUSES',
    `the proxy ${shown} answers CONNECT ${target} with ${answer}`,
  );
}

function sendConnect({ proxy: { url }, authorities, signal }: Tunnel, target: string): ClientRequest {
  const { username, password } = url;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return (isSecure ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host,
    // Node would take it from the header `Host`, which is the API server's.
    servername: isIP(host) === 0 ? host : '',
    port: url.port || (isSecure ? 443 : 80),
    path: target,
    agent: false,
    signal,
    headers: {
      Host: target,
      'User-Agent': 'gitlab-pod-executor',
      ...(username !== '' && { 'Proxy-Authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
    },
    ...(isSecure && authorities !== undefined && { ca: [...getCACertificates(), authorities] }),
  });
}

async function openSocks({ proxy: { url, shown }, host, port, milliseconds }: Tunnel): Promise<Socket> {
  const { SocksClient } = await import('socks');
  try {
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      proxy: {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port || 1080),
        type: 5,
        ...(url.username !== '' && {
          userId: decodeURIComponent(url.username),
          password: decodeURIComponent(url.password),
        }),
      },
      destination: { host, port },
      timeout: milliseconds,
    });
    return socket;
  } catch (error) {
    // The library puts its options, password included, beside its message, never into it.
    throw asProxyFailure(error as Error, shown);
  }
}

/** No `cause`: an error of the libraries may hold the options that they were called with. */
function asProxyFailure(error: Error, shown: string): Error {
  if (error instanceof ProxyFailure || error.name === 'AbortError') return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const isLasting = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|ERR_SSL_)/.test(code);
  return new ProxyFailure(
    isLasting ? 'PROXY_REFUSES' : 'PROXY_UNREACHABLE',
    `the proxy ${shown} cannot be used: ${plainLine(message || code || error.name)}`,
  );
}

function tooLate({ proxy: { shown }, milliseconds }: Tunnel): ProxyFailure {
  return new ProxyFailure(
    'PROXY_UNREACHABLE',
    `the proxy ${shown} opened no connection within ${milliseconds / 1000} s`,
  );
}

function targetOf({ host, port }: Tunnel): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
