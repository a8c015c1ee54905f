// The credentials of one user of a kubeconfig, where they stand inline or come from a plugin. Loaded only then.
import { SystemFailure } from '../../../outcome/system-failure.ts';
import type { Connection } from '../../cluster.ts';
import { checkClientCertificate } from '../connection/client-certificate.ts';
import { readCredentialFile } from '../connection/credential-file.ts';
import { type Credentials, checkToken, readTokenFile } from '../connection/credentials.ts';
import type { Environment } from '../proxy/choose-proxy.ts';
import { entryText, type KubeconfigEntry, pathFrom, readKubeconfig } from './kubeconfig.ts';
import { asksPlugin, findUserFaults } from './kubeconfig-user.ts';

/** @throws SystemFailure when the user is no longer there, or its credentials cannot be had */
export async function readCredentials(connection: Connection, env: Environment): Promise<Credentials> {
  const { credentials } = connection;
  if (credentials.kind !== 'kubeconfig')
    throw new TypeError('These credentials do not stand in a kubeconfig.');
  const { file, user: name } = credentials;
  const user = (await readKubeconfig([file])).find('user', name);
  const faults = user === null ? ['is not in it any more'] : findUserFaults(user.entry);
  if (user === null || faults.length > 0) {
    throw new SystemFailure('unauthorized', {
      what: `Cannot use the kubeconfig ${file}: user "${name}" ${faults.join('; it ')}.`,
      why: 'It was changed, and must stay usable while jobs run.',
    });
  }
  if (asksPlugin(user.entry)) {
    const { askPlugin } = await import('../connection/credential-plugin.ts');
    return askPlugin({ user, name, connection, env });
  }
  return { ...(await tokenOf(user)), ...(await certificateOf(user)) };
}

/** As in kubectl, a token file wins over a token. */
async function tokenOf(user: KubeconfigEntry): Promise<Credentials> {
  const file = entryText(user.entry, 'tokenFile');
  if (file !== '') return readTokenFile(pathFrom(user, file));
  const token = entryText(user.entry, 'token');
  return token === '' ? {} : { token: checkToken(token, `The token in ${user.file}`) };
}

async function certificateOf(user: KubeconfigEntry): Promise<Credentials> {
  const certificate = await pemOf(user, 'client-certificate');
  if (certificate === null) return {};
  const key = await pemOf(user, 'client-key');
  return checkClientCertificate({ certificate, key: key ?? '' }, `The client certificate in ${user.file}`);
}

async function pemOf(
  user: KubeconfigEntry,
  field: 'client-certificate' | 'client-key',
): Promise<string | null> {
  const data = entryText(user.entry, `${field}-data`);
  if (data !== '') return Buffer.from(data, 'base64').toString();
  const file = entryText(user.entry, field);
  return file === '' ? null : readCredentialFile(pathFrom(user, file), field);
}
