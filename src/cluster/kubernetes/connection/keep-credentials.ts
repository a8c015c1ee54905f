// Credentials of a plugin, kept for the further processes of an attempt, so that the plugin runs once a token and not once a
// process. Kept are only those that say when they expire: a file that outlives its attempt then holds nothing of use for long.
import type { Connection, CredentialStore } from '../../cluster.ts';
import type { CredentialReaders, Credentials } from './credentials.ts';

export interface KeepOptions {
  readonly read: (connection: Connection) => Promise<Credentials>;
  readonly store: CredentialStore | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A store that cannot be read or written only costs time. */
export function keepCredentials({ read, store, now }: KeepOptions): CredentialReaders['kubeconfig'] {
  if (store === undefined) return read;
  return async (connection, { isRenewal }) => {
    const kept = isRenewal ? null : parseKept(await store.load(), connection);
    if (kept !== null && isFresh(kept, now())) return kept;
    const credentials = await read(connection);
    if (isFresh(credentials, now())) await store.save(JSON.stringify({ connection, credentials }));
    // What was kept has been refused.
    else if (isRenewal) await store.remove();
    return credentials;
  };
}

function isFresh({ freshUntil = Number.POSITIVE_INFINITY }: Credentials, now: number): boolean {
  return Number.isFinite(freshUntil) && now < freshUntil;
}

/** null: there are none, or they are for another cluster or user. The file is ours alone, so its fields need no check. */
function parseKept(text: string | null, connection: Connection): Credentials | null {
  if (text === null) return null;
  try {
    const kept = JSON.parse(text) as { readonly connection?: unknown; readonly credentials?: Credentials };
    return JSON.stringify(kept.connection) === JSON.stringify(connection) ? (kept.credentials ?? null) : null;
  } catch {
    return null;
  }
}
