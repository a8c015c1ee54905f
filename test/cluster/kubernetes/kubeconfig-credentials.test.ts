import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/cluster/cluster.ts';
import { connect } from '../../../src/cluster/kubernetes/connect.ts';
import { readCredentials } from '../../../src/cluster/kubernetes/kubeconfig-credentials.ts';
import { finish, listening } from './exec-peer.ts';
import { json, startFakeServer } from './fake-api-server.ts';
import { temporaryDirectory, undoAfterEach } from './undo.ts';

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

describe('readCredentials', () => {
  it('reads a token, and inline certificates', async () => {
    const { connection } = connectionOf({
      token: 'abc\n',
      'client-certificate-data': base64('CERT'),
      'client-key-data': base64('KEY'),
    });

    expect(await readCredentials(connection)).toEqual({ token: 'abc', certificate: 'CERT', key: 'KEY' });
  });

  it('prefers a token file to a token, and inline data to a file', async () => {
    const { connection, directory } = connectionOf({
      token: 'old',
      tokenFile: 'token',
      'client-certificate': 'tls.crt',
      'client-certificate-data': base64('INLINE'),
      'client-key': 'tls.key',
    });
    writeFileSync(join(directory, 'token'), 'new\n');
    writeFileSync(join(directory, 'tls.key'), 'KEY');

    expect(await readCredentials(connection)).toEqual({ token: 'new', certificate: 'INLINE', key: 'KEY' });
  });

  it.each<[string, object, RegExp]>([
    ['a certificate without its key', { 'client-certificate-data': base64('C') }, /without its key/],
    ['a token that is none', { token: 'two words' }, /does not hold a token/],
    ['a file that is not there', { tokenFile: 'nowhere' }, /nowhere/],
    [
      'an old provider that gives nothing, and says what to use instead',
      { 'auth-provider': { name: 'unheard-of', config: {} } },
      /auth-provider of user "u" in \S+ failed: .*credential plugins/,
    ],
  ])('refuses %s', async (_, user, words) => {
    await expect(readCredentials(connectionOf(user).connection)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(words),
    });
  });

  it('says when the user has gone from the file', async () => {
    const { connection } = connectionOf({});

    await expect(
      readCredentials({ ...connection, credentials: { ...connection.credentials, user: 'other' } as never }),
    ).rejects.toThrow('has no user "other" any more');
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
    const cluster = connect({ ...server.connection, credentials: connection.credentials });
    undo(() => cluster.close());
    await cluster.getPod('job-1');

    rewrite({ token: 'two' });
    valid.clear();
    valid.add('Bearer two');

    expect(await cluster.getPod('job-1')).toMatchObject({ metadata: { name: 'job-1' } });
    await cluster.exec(listening().request);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer one',
      'Bearer one',
      'Bearer two',
      'Bearer two',
    ]);
  });
});
