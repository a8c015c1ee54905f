import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findAuthorities,
  readAuthorities,
} from '../../../../src/cluster/kubernetes/connection/authorities.ts';
import { connect } from '../../../../src/cluster/kubernetes/connection/connect.ts';
import { readCredentialFile } from '../../../../src/cluster/kubernetes/connection/credential-file.ts';
import { createServerIdentity } from '../../../embedded-cluster/tls/certificate.ts';
import { startFakeServer } from '../fake-api-server.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();
const { certificateAuthorityPem: one, privateKeyPem } = createServerIdentity(new Date());
const { certificateAuthorityPem: two } = createServerIdentity(new Date());
const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const base = { server: 'https://x', namespace: 'ci', credentials: { kind: 'none' } } as const;

describe('findAuthorities', () => {
  it.each<[string, string, string | null]>([
    ['one', one, one],
    ['several', one + two, one + two],
    ['one among words', `# the CA\n${one}# its end`, one],
    ['one after a broken one, where Node would stop', broken + one, one],
    ['one beside a key', privateKeyPem + one, one],
    ['nothing', '', null],
    ['white space', ' \n', null],
    ['a word', 'hello', null],
    ['a broken one', broken, null],
    ['half of one', one.slice(0, 200), null],
    ['a key', privateKeyPem, null],
    ['a beginning without end', '-----BEGIN CERTIFICATE-----\n'.repeat(5000), null],
  ])('finds the authorities in %s', (_, pem, expected) => expect(findAuthorities(pem)).toBe(expected));
});

describe('readAuthorities', () => {
  it('leaves it to the system where the kubeconfig names none', async () => {
    expect(await readAuthorities(base)).toBeUndefined();
  });

  // @promise setting: a token, certificate or authority file is empty or cut, as while it is replaced
  it.each(['', 'hello', broken])('never leaves it to the system where %j is named', async (pem) => {
    const file = join(temporaryDirectory(undo), 'ca.crt');
    writeFileSync(file, pem);
    const server = await startFakeServer({});
    undo(() => server.close());

    for (const certificateAuthority of [{ pem }, { file }]) {
      const cluster = connect({ ...server.connection, certificateAuthority }, { env: {} });
      await expect(cluster.serverVersion()).rejects.toMatchObject({
        code: 'unauthorized',
        message: expect.stringContaining('holds no certificate in PEM'),
      });
    }
    expect(server.connections()).toBe(0);
  });
});

describe('readCredentialFile', () => {
  it('names what cannot be read', async () => {
    await expect(readCredentialFile('/nowhere/ca.crt', 'certificate authority')).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/^Cannot read the certificate authority \/nowhere\/ca\.crt that/),
    });
  });
});
