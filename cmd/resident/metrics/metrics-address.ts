// Where metrics are served: to the user alone, or to the machine. They say how much runs here, which is nobody else's business.
import { isAbsolute } from 'node:path';
import { UsageError } from '../../command/usage-error.ts';

export type MetricsAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'loopback'; readonly host: string; readonly port: number };

const loopback = /^(127(?:\.\d{1,3}){3}|\[::1\]):(\d{1,5})$/;
/** A socket's path has room for 107 bytes (unix(7)). */
const maxPathBytes = 107;

/** @throws UsageError */
export function readMetricsAddress(text: string): MetricsAddress {
  if (text.startsWith('unix:')) return socketAt(text.slice('unix:'.length));
  const [, host = '', digits] = loopback.exec(text) ?? [];
  const port = Number(digits);
  if (host !== '' && port < 2 ** 16 && isAddress(host))
    return { kind: 'loopback', host: host.replace(/[[\]]/g, ''), port };
  throw new UsageError(
    `serve cannot read --metrics "${text}": write unix:/path/of/a/socket, or an address of this machine alone, like 127.0.0.1:9270. Metrics have no password; for other machines put a proxy before them.`,
  );
}

const isAddress = (host: string): boolean =>
  host.split('.').every((part) => part === '[::1]' || Number(part) < 256);

function socketAt(path: string): MetricsAddress {
  if (isAbsolute(path) && Buffer.byteLength(path) <= maxPathBytes) return { kind: 'socket', path };
  throw new UsageError(
    `serve cannot read --metrics "unix:${path}": write an absolute path of at most ${maxPathBytes} bytes.`,
  );
}
