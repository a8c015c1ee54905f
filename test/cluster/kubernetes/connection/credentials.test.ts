import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/cluster/cluster.ts';
import {
  type Credentials,
  checkToken,
  openIdentity,
} from '../../../../src/cluster/kubernetes/connection/credentials.ts';
import { createServerIdentity } from '../../../embedded-cluster/tls/certificate.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

function identityOf(
  credentials: Connection['credentials'],
  kubeconfig: () => Promise<Credentials> = () => Promise.reject(new Error('not asked for')),
  rest: Partial<Connection> = {},
) {
  const clock = { now: 0 };
  const connection = { server: 'https://x', namespace: 'ci', credentials, ...rest };
  const source = openIdentity(connection, { kubeconfig, now: () => clock.now, freshMilliseconds: 60_000 });
  return { source, clock };
}

describe('openIdentity', () => {
  it('reads a token file when it is needed, and again once the file is another one', async () => {
    const directory = temporaryDirectory(undo);
    const file = join(directory, 'token');
    const { source } = identityOf({ kind: 'token-file', file });
    writeFileSync(file, ' one\n');
    expect(await source.current()).toEqual({ token: 'one' });

    // As the kubelet does it with a service account's token.
    writeFileSync(join(directory, 'next'), 'two');
    renameSync(join(directory, 'next'), file);
    expect(await source.current()).toEqual({ token: 'two' });
  });

  it('reads the authority again once its file is another one', async () => {
    const file = join(temporaryDirectory(undo), 'ca.crt');
    const [one, two] = [createServerIdentity(new Date()), createServerIdentity(new Date())];
    writeFileSync(file, one.certificateAuthorityPem);
    const { source } = identityOf({ kind: 'none' }, undefined, { certificateAuthority: { file } });
    await source.current();

    writeFileSync(file, two.certificateAuthorityPem);

    expect(await source.current()).toEqual({ authorities: two.certificateAuthorityPem });
  });

  it('reads again after a minute what a kubeconfig may have from elsewhere', async () => {
    let read = 0;
    const { source, clock } = identityOf({ kind: 'kubeconfig', file: '/k', user: 'u' }, () => {
      read += 1;
      return Promise.resolve({ token: `t${read}` });
    });
    await source.current();
    clock.now = 59_999;
    expect(await source.current()).toEqual({ token: 't1' });
    clock.now = 60_000;
    expect(await source.current()).toEqual({ token: 't2' });
  });

  it('asks once for all who were refused with the same token', async () => {
    let asked = 0;
    const { source } = identityOf({ kind: 'kubeconfig', file: '/k', user: 'u' }, async () => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { token: `t${asked}`, freshUntil: 1_000_000 };
    });
    const refused = await source.current();

    const early = await Promise.all([source.renew(refused), source.renew(refused)]);
    const late = await source.renew(refused);

    expect([...early, late].map(({ token }) => token)).toEqual(['t2', 't2', 't2']);
    expect(asked).toBe(2);
    expect(await source.renew(late)).toEqual({ token: 't3' });
  });

  it('reads at once after a refusal', async () => {
    const file = join(temporaryDirectory(undo), 'token');
    writeFileSync(file, 'one');
    const { source } = identityOf({ kind: 'token-file', file });
    const refused = await source.current();

    writeFileSync(file, 'two');

    expect(await source.renew(refused)).toEqual({ token: 'two' });
    expect(await source.current()).toEqual({ token: 'two' });
  });

  // @promise setting: a token, certificate or authority file is empty or cut, as while it is replaced — what was read before is kept; at the start the file is refused, never ignored
  it('continues with what it has while a file cannot be read, but not after a refusal', async () => {
    const file = join(temporaryDirectory(undo), 'token');
    writeFileSync(file, 'one');
    const { source, clock } = identityOf({ kind: 'token-file', file });
    await source.current();

    rmSync(file);
    clock.now = 100_000;

    expect(await source.current()).toEqual({ token: 'one' });
    await expect(source.renew({ token: 'one' })).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('asks a plugin again when its answer expires, not before', async () => {
    let asked = 0;
    const { source, clock } = identityOf({ kind: 'kubeconfig', file: '/k', user: 'u' }, () => {
      asked += 1;
      return Promise.resolve({ token: `t${asked}`, freshUntil: asked * 1_000_000 });
    });

    await Promise.all([source.current(), source.current()]);
    clock.now = 999_999;
    await source.current();
    expect(asked).toBe(1);
    clock.now = 1_000_000;

    expect(await source.current()).toEqual({ token: 't2' });
  });

  it('brings the certificate authority along', async () => {
    const file = join(temporaryDirectory(undo), 'ca.crt');
    const { certificateAuthorityPem: authorities } = createServerIdentity(new Date());
    writeFileSync(file, authorities);

    const { source } = identityOf({ kind: 'none' }, undefined, { certificateAuthority: { file } });

    expect(await source.current()).toEqual({ authorities });
  });

  it.each<[string, Connection['credentials'], string]>([
    ['a token file', { kind: 'token-file', file: '/nowhere/token' }, '/nowhere/token'],
    [
      'a certificate',
      { kind: 'certificate-files', certificate: '/nowhere/crt', key: '/nowhere/key' },
      '/nowhere/',
    ],
  ])('names %s that is not there', async (_, credentials, path) => {
    await expect(identityOf(credentials).source.current()).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining(path),
    });
  });
});

describe('checkToken', () => {
  it.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['two words', 'does not hold a token'],
    ['a\r\nX-Evil: 1', 'does not hold a token'],
    ['tökén', 'does not hold a token'],
  ])('refuses %j without printing it', (text, why) => {
    expect(() => checkToken(text, 'The file /t')).toThrow(`The file /t ${why}`);
    if (text.trim() !== '') expect(() => checkToken(text, 'The file /t')).not.toThrow(text);
  });
});
