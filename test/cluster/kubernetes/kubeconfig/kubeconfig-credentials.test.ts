import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/cluster/cluster.ts';
import { connect } from '../../../../src/cluster/kubernetes/connection/connect.ts';
import { readCredentials } from '../../../../src/cluster/kubernetes/kubeconfig/kubeconfig-credentials.ts';
import { createServerIdentity } from '../../../embedded-cluster/tls/certificate.ts';
import { finish, listening } from '../exec-peer.ts';
import { json, startFakeServer } from '../fake-api-server.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

function connectionOf(user: object): {
  connection: Connection;
  directory: string;
  rewrite: (user: object) => void;
} {
  const directory = temporaryDirectory(undo);
  const file = join(directory, 'config');
  const rewrite = (next: object): void =>
    writeFileSync(file, JSON.stringify({ users: [{ name: 'u', user: next }] }));
  rewrite(user);
  const credentials = { kind: 'kubeconfig', file, user: 'u' } as const;
  return { connection: { server: 'https://x', namespace: 'ci', credentials }, directory, rewrite };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const alice = createServerIdentity(new Date(), 'alice');
const bob = createServerIdentity(new Date(), 'bob');

describe('readCredentials', () => {
  it('reads a token, and inline certificates', async () => {
    const { connection } = connectionOf({
      token: 'abc\n',
      'client-certificate-data': base64(alice.certificatePem),
      'client-key-data': base64(alice.privateKeyPem),
    });

    expect(await readCredentials(connection, {})).toEqual({
      token: 'abc',
      certificate: alice.certificatePem,
      key: alice.privateKeyPem,
    });
  });

  it('prefers a token file to a token, and reads certificates from where they stand', async () => {
    const { connection, directory } = connectionOf({
      token: 'old',
      tokenFile: 'token',
      'client-certificate-data': base64(alice.certificatePem),
      'client-key': 'tls.key',
    });
    writeFileSync(join(directory, 'token'), 'new\n');
    writeFileSync(join(directory, 'tls.key'), alice.privateKeyPem);

    expect(await readCredentials(connection, {})).toEqual({
      token: 'new',
      certificate: alice.certificatePem,
      key: alice.privateKeyPem,
    });
  });

  it.each<[string, object]>([
    ['a token', { token: 'abc' }],
    ['a token file', { tokenFile: 'token' }],
  ])('never runs a plugin beside %s', async (_, user) => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './nowhere',
      interactiveMode: 'Never',
    };
    const { connection, directory } = connectionOf({ ...user, exec });
    writeFileSync(join(directory, 'token'), 'abc');

    expect(await readCredentials(connection, {})).toEqual({ token: 'abc' });
  });

  it.each<[string, object, RegExp]>([
    ['a certificate without its key', { 'client-certificate-data': base64('C') }, /without its key/],
    ['a token that is none', { token: 'two words' }, /does not hold a token/],
    ['a file that is not there', { tokenFile: 'nowhere' }, /nowhere/],
    [
      "another certificate's key",
      {
        'client-certificate-data': base64(alice.certificatePem),
        'client-key-data': base64(bob.privateKeyPem),
      },
      /The client certificate in \S+ cannot be used: its key belongs to another certificate/,
    ],
    [
      'an old provider, and says what to use instead',
      { token: 'abc', 'auth-provider': { name: 'unheard-of', config: {} } },
      /user "u" has an `auth-provider`.*credential plugins \(`exec`\)/,
    ],
    [
      'several faults at once',
      { username: 'a', exec: {} },
      /has a password.*; it has a credential plugin without/,
    ],
  ])('refuses %s', async (_, user, words) => {
    const failure = (await readCredentials(connectionOf(user).connection, {}).catch(
      (error: unknown) => error,
    )) as Error;

    expect(failure).toMatchObject({ code: 'unauthorized', message: expect.stringMatching(words) });
    expect(failure.message).not.toContain('PRIVATE KEY');
  });

  it('says when the user has gone from the file', async () => {
    const { connection } = connectionOf({});

    await expect(
      readCredentials(
        { ...connection, credentials: { ...connection.credentials, user: 'other' } as never },
        {},
      ),
    ).rejects.toThrow('user "other" is not in it any more');
  });

  it('makes a job outlive the token that it started with', async () => {
    const { connection, rewrite } = connectionOf({ token: 'one' });
    const valid = new Set(['Bearer one']);
    const server = await startFakeServer({
      answer: ({ headers }, response) => {
        const isKnown = valid.has(headers.authorization ?? '');
        json(response, isKnown ? 200 : 401, { metadata: { name: 'job-1' } });
      },
      exec: (peer) => finish(peer),
    });
    undo(() => server.close());
    const cluster = connect({ ...server.connection, credentials: connection.credentials }, { env: {} });
    undo(() => cluster.close());
    await cluster.getPod('job-1');

    rewrite({ token: 'two' });
    valid.clear();
    valid.add('Bearer two');

    expect(await cluster.getPod('job-1')).toMatchObject({ metadata: { name: 'job-1' } });
    await cluster.exec(listening().request);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer one',
      'Bearer two',
      'Bearer two',
    ]);
  });
});
