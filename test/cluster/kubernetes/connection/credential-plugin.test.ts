import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/cluster/cluster.ts';
import { askPlugin } from '../../../../src/cluster/kubernetes/connection/credential-plugin.ts';
import { createServerIdentity } from '../../../embedded-cluster/tls/certificate.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();
const {
  certificateAuthorityPem: authority,
  certificatePem: certificate,
  privateKeyPem: key,
} = createServerIdentity(new Date());
const apiVersion = 'client.authentication.k8s.io/v1';

function plugin(script: string, spec: object = {}, connection: Partial<Connection> = {}) {
  const directory = temporaryDirectory(undo);
  const program = join(directory, 'plugin');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const ask = () =>
    askPlugin({
      user: {
        entry: { exec: { apiVersion, command: './plugin', ...spec } },
        file: join(directory, 'config'),
      },
      name: 'u',
      env: process.env,
      connection: { server: 'https://api', namespace: 'ci', credentials: { kind: 'none' }, ...connection },
    });
  return { ask, directory };
}

function clusterFile(): string {
  const file = join(temporaryDirectory(undo), 'clusters');
  const extensions = [
    { name: 'other', extension: 'not this' },
    { name: 'client.authentication.k8s.io/exec', extension: { audience: 'x', list: [1, null] } },
  ];
  writeFileSync(file, JSON.stringify({ clusters: [{ name: 'c', cluster: { extensions } }] }));
  return file;
}

function printing(status: object, version = apiVersion): string {
  return `cat <<'END'\n${JSON.stringify({ apiVersion: version, kind: 'ExecCredential', status })}\nEND`;
}

describe('askPlugin', () => {
  it('takes a token until shortly before it expires', async () => {
    const { ask } = plugin(printing({ token: 'abc', expirationTimestamp: '2026-01-01T00:00:00Z' }));

    expect(await ask()).toEqual({ token: 'abc', freshUntil: Date.parse('2026-01-01T00:00:00Z') - 10_000 });
  });

  it('takes a certificate, for as long as the API server takes it', async () => {
    const { ask } = plugin(printing({ clientCertificateData: certificate, clientKeyData: key }));

    expect(await ask()).toEqual({ certificate, key, freshUntil: Number.POSITIVE_INFINITY });
  });

  it('hands over arguments, environment and, where it is wanted, the cluster', async () => {
    const { ask, directory } = plugin(
      `printf '%s\\n' "$@" "$REGION" "$PATH" >"\${0%/*}/seen"; printf '%s' "$KUBERNETES_EXEC_INFO" >"\${0%/*}/info"\n${printing({ token: 't' })}`,
      { args: ['get', 'a token'], env: [{ name: 'REGION', value: 'eu' }], provideClusterInfo: true },
      { certificateAuthority: { pem: authority }, tlsServerName: 'name' },
    );
    await ask();

    expect(readFileSync(join(directory, 'seen'), 'utf8')).toBe(`get\na token\neu\n${process.env['PATH']}\n`);
    expect(JSON.parse(readFileSync(join(directory, 'info'), 'utf8'))).toEqual({
      apiVersion,
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: {
          server: 'https://api',
          'tls-server-name': 'name',
          'certificate-authority-data': Buffer.from(authority).toString('base64'),
          config: null,
        },
      },
    });
  });

  it('runs the plugin in the directory of its kubeconfig, wherever the stage stands', async () => {
    const { ask, directory } = plugin(`pwd >seen\n${printing({ token: 't' })}`);
    await ask();

    expect(readFileSync(join(directory, 'seen'), 'utf8')).toBe(`${directory}\n`);
  });

  it('hands over what the cluster says to plugins, from where the kubeconfig says it', async () => {
    const { ask, directory } = plugin(
      `printf '%s' "$KUBERNETES_EXEC_INFO" >"\${0%/*}/info"\n${printing({ token: 't' })}`,
      {
        provideClusterInfo: true,
      },
      {
        credentials: {
          kind: 'kubeconfig',
          file: '/nowhere',
          user: 'u',
          cluster: { file: clusterFile(), name: 'c' },
        },
      },
    );
    await ask();

    const info = JSON.parse(readFileSync(join(directory, 'info'), 'utf8')) as {
      spec: { cluster: { config: unknown } };
    };
    expect(info.spec.cluster.config).toEqual({ audience: 'x', list: [1, null] });
  });

  it('takes YAML, as kubectl does', async () => {
    const { ask } = plugin(`printf 'apiVersion: ${apiVersion}\nkind: ExecCredential\nstatus:\n  token: t\n'`);

    expect(await ask()).toMatchObject({ token: 't' });
  });

  it('gives the plugin no terminal and no stdin to wait for', async () => {
    const { ask } = plugin(`cat >/dev/null\n${printing({ token: 't' })}`);

    expect(await ask()).toMatchObject({ token: 't' });
  });

  it('shows what a failing plugin said on stderr, made safe, and nothing of its stdout', async () => {
    const { ask } = plugin(`echo s3cret; printf 'no \\033[31msession\\nlog in first\\n' >&2; exit 3`);

    const failure = (await ask().catch((error: unknown) => error)) as Error;

    expect(failure).toMatchObject({ code: 'unauthorized' });
    expect(failure.message).toContain('"./plugin" of user "u"');
    expect(failure.message).toContain('exit code 3: no ?[31msession log in first.');
    expect(failure.message).toContain('Operators: try `kubectl --kubeconfig');
    expect(failure.message).not.toContain('s3cret');
  });

  it.each<[string, string, object, RegExp]>([
    [
      'is not there',
      '',
      { command: 'no-such-plugin-here', installHint: 'Get it from https://x' },
      /no such program, or none of the name in its `#!` line\. Get it from https:\/\/x\./,
    ],
    ['prints no JSON', 'echo s3cret', {}, /no ExecCredential/],
    ['prints another kind', `echo '{"kind":"Pod","apiVersion":"${apiVersion}"}'`, {}, /no ExecCredential/],
    [
      'answers in another version',
      printing({ token: 't' }, 'client.authentication.k8s.io/v1beta1'),
      {},
      /no ExecCredential/,
    ],
    ['gives nothing', printing({}), {}, /neither a token nor a certificate/],
    [
      'gives a certificate without its key',
      printing({ token: 't', clientCertificateData: certificate }),
      {},
      /a certificate without its key/,
    ],
    ['gives a key alone', printing({ clientKeyData: key }), {}, /or a key alone/],
    [
      'gives a certificate that is none',
      printing({ clientCertificateData: 'C', clientKeyData: 'K' }),
      {},
      /cannot be used/,
    ],
    ['gives a number as a token', printing({ token: 5 }), {}, /no ExecCredential/],
    ['gives no time of expiry', printing({ token: 't', expirationTimestamp: 'soon' }), {}, /RFC 3339/],
    ['gives a day of expiry', printing({ token: 't', expirationTimestamp: '2099-01-01' }), {}, /RFC 3339/],
    ['gives a token with a line break in it', printing({ token: 'a\nb: c' }), {}, /does not hold a token/],
  ])('fails in words when a plugin %s', async (_, script, spec, words) => {
    const failure = (await plugin(script, spec)
      .ask()
      .catch((error: unknown) => error)) as Error;

    expect(failure).toMatchObject({ code: 'unauthorized', message: expect.stringMatching(words) });
    expect(failure.message).not.toContain('s3cret');
  });
});
