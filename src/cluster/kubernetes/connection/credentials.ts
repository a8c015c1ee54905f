// Who we are to the API server, and whom we trust: read when first needed, and again before it grows old. Files are named by the
// connection, never copied; what stands inline in a kubeconfig is read from there, by a chunk that is loaded only then.
import { SystemFailure } from '../../../outcome/system-failure.ts';
import type { Connection } from '../../cluster.ts';
import { readAuthorities } from './authorities.ts';
import { checkClientCertificate } from './client-certificate.ts';
import { readCredentialFile } from './credential-file.ts';

/** What a request carries and its TLS connection presents; all PEM and tokens are in memory only. */
export interface Identity {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** Absent: the system's certificate authorities. */
  readonly authorities?: string;
}

export interface Credentials {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** Milliseconds since 1970 until which these need not be read again; absent: the usual while. */
  readonly freshUntil?: number;
}

export interface IdentitySource {
  current(): Promise<Identity>;
  /** After a 401: whatever is known is read again. */
  renew(): Promise<Identity>;
}

export interface ReadingMode {
  /** The API server refused what was read before. */
  readonly isRenewal: boolean;
}

export interface CredentialReaders {
  /** Reads the credentials of `connection.credentials.user` from its kubeconfig; may run a credential plugin. */
  readonly kubeconfig: (connection: Connection, how: ReadingMode) => Promise<Credentials>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly freshMilliseconds: number;
}

export function openIdentity(connection: Connection, readers: CredentialReaders): IdentitySource {
  let known: { readonly identity: Identity; readonly freshUntil: number } | null = null;
  let reading: Promise<Identity> | null = null;

  const read = async (how: ReadingMode): Promise<Identity> => {
    const [credentials, authorities] = await Promise.all([
      readCredentials(connection, readers, how),
      readAuthorities(connection),
    ]);
    const { freshUntil = readers.now() + readers.freshMilliseconds, ...own } = credentials;
    const identity = authorities === undefined ? own : { ...own, authorities };
    known = { identity, freshUntil };
    return identity;
  };
  /** One reading at a time serves everybody who asks meanwhile. */
  const readOnce = (how: ReadingMode): Promise<Identity> => {
    reading ??= read(how).finally(() => {
      reading = null;
    });
    return reading;
  };
  return {
    current: async () => {
      const last = known;
      if (last === null) return readOnce({ isRenewal: false });
      if (readers.now() < last.freshUntil) return last.identity;
      // A file that cannot be read just now is no reason to stop: the API server tells when what we have is too old.
      return readOnce({ isRenewal: false }).catch(() => last.identity);
    },
    renew: () => readOnce({ isRenewal: true }),
  };
}

function readCredentials(
  connection: Connection,
  readers: CredentialReaders,
  how: ReadingMode,
): Promise<Credentials> {
  const { credentials } = connection;
  switch (credentials.kind) {
    case 'none':
      return Promise.resolve({});
    case 'token-file':
      return readTokenFile(credentials.file);
    case 'certificate-files':
      return readCertificateFiles(credentials.certificate, credentials.key);
    case 'kubeconfig':
      return readers.kubeconfig(connection, how);
  }
}

export async function readTokenFile(file: string): Promise<Credentials> {
  return { token: checkToken(await readCredentialFile(file, 'token'), `The token file ${file}`) };
}

/** What cannot stand in a header is no token. @param where for people */
export function checkToken(text: string, where: string): string {
  const token = text.trim();
  if (token !== '' && !/[^\x21-\x7e]/.test(token)) return token;
  throw new SystemFailure('unauthorized', {
    what: `${where} ${token === '' ? 'is empty' : 'does not hold a token'}.`,
    why: 'A token is one word, and nothing else may stand with it.',
  });
}

async function readCertificateFiles(certificate: string, key: string): Promise<Credentials> {
  const [certificatePem, keyPem] = await Promise.all([
    readCredentialFile(certificate, 'client certificate'),
    readCredentialFile(key, "client certificate's key"),
  ]);
  return checkClientCertificate(
    { certificate: certificatePem, key: keyPem },
    `The client certificate ${certificate}`,
  );
}
