import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ConnectionWish,
  resolveConnection,
} from '../../../src/cluster/kubernetes/resolve-connection.ts';
import { temporaryDirectory, undoAfterEach } from './undo.ts';

const undo = undoAfterEach();

interface Parts {
  readonly cluster?: object;
  readonly user?: object | null;
  readonly context?: object;
  readonly current?: string;
}

function kubeconfig({
  cluster = {},
  user = { token: 'secret-token' },
  context = {},
  current = 'main',
}: Parts = {}): {
  file: string;
  directory: string;
} {
  const directory = temporaryDirectory(undo);
  const file = join(directory, 'config');
  const config = {
    'current-context': current,
    clusters: [{ name: 'c', cluster: { server: 'https://api.example.org:6443', ...cluster } }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', ...context } }],
    users: user === null ? [] : [{ name: 'u', user }],
  };
  writeFileSync(file, JSON.stringify(config));
  return { file, directory };
}

function serviceAccount(): { directory: string; env: Record<string, string> } {
  const directory = join(temporaryDirectory(undo), 'serviceaccount');
  mkdirSync(directory);
  writeFileSync(join(directory, 'token'), 'sa-token');
  writeFileSync(join(directory, 'ca.crt'), 'CA');
  return { directory, env: { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' } };
}

const resolve = (wish: Partial<ConnectionWish>) =>
  resolveConnection({ namespace: 'ci', env: {}, serviceAccountDirectory: '/nowhere', ...wish });

describe('where the cluster is looked for', () => {
  it('takes the policy’s kubeconfig before all else', async () => {
    const account = serviceAccount();
    const other = kubeconfig({ cluster: { server: 'https://other' } });

    const connection = await resolve({
      kubeconfig: kubeconfig().file,
      env: { ...account.env, KUBECONFIG: other.file },
      serviceAccountDirectory: account.directory,
    });

    expect(connection.server).toBe('https://api.example.org:6443');
  });

  it('takes the service account before KUBECONFIG, and names its files', async () => {
    const { directory, env } = serviceAccount();

    expect(
      await resolve({ env: { ...env, KUBECONFIG: kubeconfig().file }, serviceAccountDirectory: directory }),
    ).toEqual({
      server: 'https://10.0.0.1:443',
      namespace: 'ci',
      certificateAuthority: { file: join(directory, 'ca.crt') },
      credentials: { kind: 'token-file', file: join(directory, 'token') },
    });
  });

  it('writes an IPv6 address as an address', async () => {
    const { directory } = serviceAccount();

    const connection = await resolve({
      env: { KUBERNETES_SERVICE_HOST: 'fd00::1' },
      serviceAccountDirectory: directory,
    });

    expect(connection.server).toBe('https://[fd00::1]:443');
  });

  it('takes KUBECONFIG when there is no token of a service account, and when a context is asked for', async () => {
    const { directory, env } = serviceAccount();
    const { file } = kubeconfig();

    for (const wish of [
      { env: { ...env, KUBECONFIG: file } },
      { env: { ...env, KUBECONFIG: file }, serviceAccountDirectory: directory, context: 'main' },
    ]) {
      expect((await resolve(wish)).server).toBe('https://api.example.org:6443');
    }
  });

  it('reads a list in KUBECONFIG, without the files that are not there', async () => {
    const user = kubeconfig({ cluster: { server: 'https://first' } });
    const env = { KUBECONFIG: `/nowhere/a::${user.file}:${kubeconfig().file}` };

    expect((await resolve({ env })).server).toBe('https://first');
  });

  it('says what to set when nothing is there', async () => {
    await expect(resolve({})).rejects.toMatchObject({
      code: 'policy-invalid',
      message: expect.stringContaining('set `cluster.kubeconfig`'),
    });
    await expect(resolve({ env: { KUBECONFIG: '/nowhere/a:/nowhere/b' } })).rejects.toThrow('/nowhere/a');
  });
});

describe('what a kubeconfig says about the cluster', () => {
  it('is carried over, with paths as the file means them', async () => {
    const { file, directory } = kubeconfig({
      cluster: {
        'certificate-authority': 'pki/ca.crt',
        'tls-server-name': 'api',
        'insecure-skip-tls-verify': true,
      },
    });

    expect(await resolve({ kubeconfig: file })).toMatchObject({
      server: 'https://api.example.org:6443',
      namespace: 'ci',
      tlsServerName: 'api',
      skipTlsVerify: true,
      certificateAuthority: { file: join(directory, 'pki/ca.crt') },
    });
  });

  it('prefers an inline certificate authority, as kubectl does', async () => {
    const { file } = kubeconfig({
      cluster: {
        'certificate-authority': 'ca.crt',
        'certificate-authority-data': Buffer.from('PEM').toString('base64'),
      },
    });

    expect((await resolve({ kubeconfig: file })).certificateAuthority).toEqual({ pem: 'PEM' });
  });

  it.each<[string, Parts, Partial<ConnectionWish>, RegExp]>([
    [
      'a context that is not there',
      {},
      { context: 'prod' },
      /no context "prod"; it has "main"\. Correct `cluster\.context`/,
    ],
    ['no current context', { current: '' }, {}, /no current context; it has "main"\. Set `cluster\.context`/],
    ['a cluster that is not there', { context: { cluster: 'x' } }, {}, /names the cluster "x"/],
    ['a user that is not there', { user: null }, {}, /names the user "u"/],
    ['plain http', { cluster: { server: 'http://api' } }, {}, /Only https:/],
    ['no address', { cluster: { server: '' } }, {}, /the server of cluster "c" is ""/],
    ['a proxy', { cluster: { 'proxy-url': 'http://proxy' } }, {}, /proxy-url/],
    ['a password', { user: { username: 'admin', password: 'hunter2' } }, {}, /user "u" has a password/],
    ['impersonation', { user: { token: 't', as: 'root' } }, {}, /`as`/],
    ['impersonation of groups', { user: { token: 't', 'as-groups': ['system:masters'] } }, {}, /`as`/],
  ])('is refused with %s', async (_, parts, wish, words) => {
    const { file } = kubeconfig(parts);

    await expect(resolve({ kubeconfig: file, ...wish })).rejects.toMatchObject({
      code: 'policy-invalid',
      message: expect.stringMatching(words),
    });
    await expect(resolve({ kubeconfig: file, ...wish })).rejects.not.toThrow('hunter2');
  });
});

describe('what is handed on about a user', () => {
  it.each<[string, object, (directory: string) => object]>([
    ['nothing', {}, () => ({ kind: 'none' })],
    ['a token file', { tokenFile: 'token' }, (at) => ({ kind: 'token-file', file: join(at, 'token') })],
    [
      'a token file beside a token',
      { tokenFile: '/run/t', token: 'x' },
      () => ({ kind: 'token-file', file: '/run/t' }),
    ],
    [
      'certificate files',
      { 'client-certificate': 'a.crt', 'client-key': 'a.key' },
      (at) => ({ kind: 'certificate-files', certificate: join(at, 'a.crt'), key: join(at, 'a.key') }),
    ],
    ['a token', { token: 'secret' }, (at) => ({ kind: 'kubeconfig', file: join(at, 'config'), user: 'u' })],
    [
      'inline certificates',
      { 'client-certificate-data': 'c2VjcmV0', 'client-key-data': 'c2VjcmV0' },
      (at) => ({ kind: 'kubeconfig', file: join(at, 'config'), user: 'u' }),
    ],
    [
      'a certificate file with an inline key',
      { 'client-certificate': 'a.crt', 'client-key-data': 'c2VjcmV0' },
      (at) => ({ kind: 'kubeconfig', file: join(at, 'config'), user: 'u' }),
    ],
    [
      'a token file and a certificate',
      { tokenFile: 't', 'client-certificate': 'a.crt', 'client-key': 'a.key' },
      (at) => ({ kind: 'kubeconfig', file: join(at, 'config'), user: 'u' }),
    ],
    [
      'a plugin',
      { exec: { command: 'x' } },
      (at) => ({ kind: 'kubeconfig', file: join(at, 'config'), user: 'u' }),
    ],
  ])('%s', async (_, user, expected) => {
    const { file, directory } = kubeconfig({ user });

    const connection = await resolve({ kubeconfig: file });

    expect(connection.credentials).toEqual(expected(directory));
    expect(JSON.stringify(connection)).not.toMatch(/secret|c2VjcmV0/);
  });

  it('is no user at all where the context names none', async () => {
    const { file } = kubeconfig({ context: { user: '' } });

    expect((await resolve({ kubeconfig: file })).credentials).toEqual({ kind: 'none' });
  });
});
