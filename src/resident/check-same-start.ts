// What Node and its TLS library read once, when a process starts: a resident has it from its own start, a stage alone from the runner.
import type { Caller } from './caller.ts';

export const readAtStart = [
  'NODE_EXTRA_CA_CERTS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_USE_SYSTEM_CA',
  'NODE_OPTIONS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'OPENSSL_CONF',
];

/** @throws Error when the runner sets what would be without effect here */
export function checkSameStart(
  { pid, env }: Pick<Caller, 'pid' | 'env'>,
  ours: Readonly<Record<string, string | undefined>>,
): void {
  const other = readAtStart.find((name) => (env[name] ?? '') !== '' && env[name] !== ours[name]);
  if (other !== undefined)
    throw new Error(
      `process ${pid} has another ${other} than the resident, which read its own when it started`,
    );
}
