// Who we are to the API server, and whom we trust: read when first needed, and again before it grows old. Files are named by the
// connection, never copied; what stands inline in a kubeconfig is read from there, by a chunk that is loaded only then.
import { fileVersion } from '../../../files/file-version.ts';
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
  /** After a 401: what was refused is read again, once for all who were refused at the same time. */
  renew(refused: Identity): Promise<Identity>;
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

interface Known {
  readonly identity: Identity;
  readonly freshUntil: number;
  /** Of the files that the connection names, as they were before they were read. */
  readonly files: string;
}

export function openIdentity(connection: Connection, readers: CredentialReaders): IdentitySource {
  let known: Known | null = null;
  let reading: ({ readonly identity: Promise<Identity> } & ReadingMode) | null = null;

  const read = async (how: ReadingMode): Promise<Identity> => {
    const files = versionsOf(connection);
    const [credentials, authorities] = await Promise.all([
      readCredentials(connection, readers, how),
      readAuthorities(connection),
    ]);
    const { freshUntil = readers.now() + readers.freshMilliseconds, ...own } = credentials;
    const identity = authorities === undefined ? own : { ...own, authorities };
    known = { identity, freshUntil, files };
    return identity;
  };
  /** One reading at a time serves everybody who asks meanwhile. */
  const readOnce = (how: ReadingMode): Promise<Identity> => {
    reading ??= {
      ...how,
      identity: read(how).finally(() => {
        reading = null;
      }),
    };
    return reading.identity;
  };
  const renew = async (refused: Identity): Promise<Identity> => {
    if (reading?.isRenewal === false) await reading.identity.catch(() => undefined);
    // Somebody was refused before us, or a file has changed since.
    if (known !== null && !isSame(known.identity, refused)) return known.identity;
    return readOnce({ isRenewal: true });
  };
  return {
    current: async () => {
      const last = known;
      if (last === null) return readOnce({ isRenewal: false });
      if (readers.now() < last.freshUntil && last.files === versionsOf(connection)) return last.identity;
      // A file that cannot be read just now is no reason to stop: the API server tells when what we have is too old.
      return readOnce({ isRenewal: false }).catch(() => last.identity);
    },
    renew,
  };
}

/** A file in use may be replaced at any time: the kubelet does so with a service account's token. */
function versionsOf({ certificateAuthority = { pem: '' }, credentials }: Connection): string {
  const files = 'file' in certificateAuthority ? [certificateAuthority.file] : [];
  return [...files, ...credentialFiles(credentials)].map(fileVersion).join();
}

/** What a kubeconfig names in its turn is not known here: that is read again when the usual while is over. */
function credentialFiles(credentials: Connection['credentials']): readonly string[] {
  switch (credentials.kind) {
    case 'none':
      return [];
    case 'token-file':
      return [credentials.file];
    case 'certificate-files':
      return [credentials.certificate, credentials.key];
    case 'kubeconfig':
      return [credentials.file, ...(credentials.cluster ? [credentials.cluster.file] : [])];
  }
}

function isSame(one: Identity, other: Identity): boolean {
  return one.token === other.token && one.certificate === other.certificate && one.key === other.key;
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
