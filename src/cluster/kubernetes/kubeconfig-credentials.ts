// The credentials of one user of a kubeconfig, where they stand inline or come from a plugin. Loaded only then.
import { plainLine } from '../../outcome/plain-text.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import type { Connection } from '../cluster.ts';
import { type Credentials, checkToken, readCredentialFile, readTokenFile } from './credentials.ts';
import { asEntry, type Found, pathFrom, readKubeconfig, textOf } from './kubeconfig.ts';

/** @throws SystemFailure when the user is no longer there, or its credentials cannot be had */
export async function readCredentials(connection: Connection): Promise<Credentials> {
  const { credentials } = connection;
  if (credentials.kind !== 'kubeconfig')
    throw new TypeError('These credentials do not stand in a kubeconfig.');
  const user = (await readKubeconfig([credentials.file])).find('user', credentials.user);
  if (user === null) {
    throw new SystemFailure(
      'unauthorized',
      `The kubeconfig ${credentials.file} has no user "${credentials.user}" any more. It must stay as it is while jobs run.`,
    );
  }
  if (user.entry['exec'] !== undefined) {
    const { askPlugin } = await import('./credential-plugin.ts');
    return askPlugin({ spec: asEntry(user.entry['exec']), user, name: credentials.user, connection });
  }
  if (user.entry['auth-provider'] !== undefined) return tokenOfProvider(user, credentials.user);
  return { ...(await tokenOf(user)), ...(await certificateOf(user)) };
}

async function tokenOfProvider({ entry, file }: Found, name: string): Promise<Credentials> {
  const { askAuthProvider } = await import('./auth-provider.ts');
  const failed = (why: string, cause?: unknown): SystemFailure =>
    new SystemFailure(
      'unauthorized',
      `The auth-provider of user "${name}" in ${file} failed: ${why}. Kubernetes replaced these by credential plugins (\`exec\`): use one, a token file or a client certificate.`,
      { cause },
    );
  const header = await askAuthProvider(entry['auth-provider']).catch((cause: unknown) => {
    throw failed(plainLine((cause as Error).message), cause);
  });
  const token = /^Bearer (.+)$/.exec(header)?.[1];
  if (token === undefined) throw failed('it gave no token');
  return { token };
}

/** As in kubectl, a token file wins over a token. */
async function tokenOf(user: Found): Promise<Credentials> {
  const file = textOf(user.entry, 'tokenFile');
  if (file !== '') return readTokenFile(pathFrom(user, file));
  const token = textOf(user.entry, 'token');
  return token === '' ? {} : { token: checkToken(token, `The token in ${user.file}`) };
}

async function certificateOf(user: Found): Promise<Credentials> {
  const [certificate, key] = await Promise.all([
    pemOf(user, 'client-certificate'),
    pemOf(user, 'client-key'),
  ]);
  if (certificate !== null && key !== null) return { certificate, key };
  if (certificate === null && key === null) return {};
  throw new SystemFailure(
    'unauthorized',
    `The kubeconfig ${user.file} has a client certificate without its key, or a key alone. Both are needed.`,
  );
}

/** As in kubectl, inline data wins over a file. */
async function pemOf(user: Found, field: 'client-certificate' | 'client-key'): Promise<string | null> {
  const data = textOf(user.entry, `${field}-data`);
  if (data !== '') return Buffer.from(data, 'base64').toString();
  const file = textOf(user.entry, field);
  return file === '' ? null : readCredentialFile(pathFrom(user, file), field);
}
