import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ContextOptions,
  connectionFromKubeconfig,
} from '../../../../src/cluster/kubernetes/kubeconfig/kubeconfig-connection.ts';
import { createServerIdentity } from '../../../embedded-cluster/tls/certificate.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();
const authority = createServerIdentity(new Date()).certificateAuthorityPem;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plugin = { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Never' };

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

const connect = (file: string, wish: Partial<ContextOptions> = {}) =>
  connectionFromKubeconfig([file], { namespace: 'ci', ...wish });

describe('what a kubeconfig says about the cluster', () => {
  it('the cluster is carried over, with paths as the file means them', async () => {
    const { file, directory } = kubeconfig({
      cluster: {
        'certificate-authority': 'pki/ca.crt',
        'tls-server-name': 'api',
      },
    });

    expect(await connect(file)).toMatchObject({
      server: 'https://api.example.org:6443',
      namespace: 'ci',
      tlsServerName: 'api',
      certificateAuthority: { file: join(directory, 'pki/ca.crt') },
    });
  });

  it('a cluster that nobody vouches for is named as such', async () => {
    const { file } = kubeconfig({ cluster: { 'insecure-skip-tls-verify': true } });

    const connection = await connect(file);

    expect(connection.skipTlsVerify).toBe(true);
    expect(connection.certificateAuthority).toBeUndefined();
  });

  it('brings an inline certificate authority along', async () => {
    const { file } = kubeconfig({ cluster: { 'certificate-authority-data': base64(authority) } });

    expect((await connect(file)).certificateAuthority).toEqual({ pem: authority });
  });

  it.each<[string, Parts, Partial<ContextOptions>, RegExp]>([
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
    ['no address', { cluster: { server: '' } }, {}, /cluster "c" has the server ""/],
    ['an address after a blank', { cluster: { server: ' https://api' } }, {}, /Only https:/],
    [
      'a password in its address',
      { cluster: { server: 'https://me:hunter2@api' } },
      {},
      /a name or password/,
    ],
    ['a proxy of another kind', { cluster: { 'proxy-url': 'ftp://proxy' } }, {}, /proxy-url/],
    [
      'an authority that is no PEM',
      { cluster: { 'certificate-authority-data': base64('hello') } },
      {},
      /cluster "c" has a `certificate-authority-data` that holds no certificate/,
    ],
    [
      'two authorities',
      { cluster: { 'certificate-authority-data': base64(authority), 'certificate-authority': 'ca.crt' } },
      {},
      /both `certificate-authority` and/,
    ],
    [
      'an authority that nobody asks',
      { cluster: { 'certificate-authority': 'ca.crt', 'insecure-skip-tls-verify': true } },
      {},
      /`insecure-skip-tls-verify`, which would pass it over/,
    ],
    [
      'faults of both, all at once',
      { cluster: { server: '' }, user: { exec: {} } },
      {},
      /server "".*; user "u" has a cr/,
    ],
    [
      'an old provider',
      { user: { token: 't', 'auth-provider': { name: 'oidc' } } },
      {},
      /credential plugins \(`exec`\)/,
    ],
    ['a password', { user: { username: 'admin', password: 'hunter2' } }, {}, /user "u" has a password/],
    ['impersonation', { user: { token: 't', as: 'root' } }, {}, /`as`/],
    ['impersonation of groups', { user: { token: 't', 'as-groups': ['system:masters'] } }, {}, /`as`/],
  ])('a cluster is refused with %s', async (_, parts, wish, words) => {
    const { file } = kubeconfig(parts);

    const failure = (await connect(file, wish).catch((error: unknown) => error)) as Error;

    expect(failure).toMatchObject({ code: 'policy-invalid', message: expect.stringMatching(words) });
    expect(failure.message).not.toContain('hunter2');
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
    ['a plugin', { exec: plugin }, (at) => ({ kind: 'kubeconfig', file: join(at, 'config'), user: 'u' })],
    [
      'a plugin that is told of the cluster, by its name',
      { exec: { ...plugin, provideClusterInfo: true } },
      (at) => ({
        kind: 'kubeconfig',
        file: join(at, 'config'),
        user: 'u',
        cluster: { file: join(at, 'config'), name: 'c' },
      }),
    ],
    [
      'a token file beside a plugin, which never runs',
      { tokenFile: 'token', exec: { ...plugin, provideClusterInfo: true } },
      (at) => ({ kind: 'token-file', file: join(at, 'token') }),
    ],
    [
      'certificate files beside a plugin, which never runs',
      { 'client-certificate': 'a.crt', 'client-key': 'a.key', exec: plugin },
      (at) => ({ kind: 'certificate-files', certificate: join(at, 'a.crt'), key: join(at, 'a.key') }),
    ],
    [
      'nothing, in nulls',
      { token: null, exec: null, 'auth-provider': null, as: '' },
      () => ({ kind: 'none' }),
    ],
  ])('the user is handed on: %s', async (_, user, expected) => {
    const { file, directory } = kubeconfig({ user });

    const connection = await connect(file);

    expect(connection.credentials).toEqual(expected(directory));
    expect(JSON.stringify(connection)).not.toMatch(/secret|c2VjcmV0/);
  });

  it('no user is handed on where the context names none', async () => {
    const { file } = kubeconfig({ context: { user: '' } });

    expect((await connect(file)).credentials).toEqual({ kind: 'none' });
  });
});
