import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/cluster/cluster.ts';
import { askPlugin } from '../../../src/cluster/kubernetes/credential-plugin.ts';
import { temporaryDirectory, undoAfterEach } from './undo.ts';

const undo = undoAfterEach();
const apiVersion = 'client.authentication.k8s.io/v1';

function plugin(script: string, spec: object = {}, connection: Partial<Connection> = {}) {
  const directory = temporaryDirectory(undo);
  const program = join(directory, 'plugin');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const ask = () =>
    askPlugin({
      spec: { apiVersion, command: './plugin', ...spec },
      user: { entry: {}, file: join(directory, 'config') },
      name: 'u',
      connection: { server: 'https://api', namespace: 'ci', credentials: { kind: 'none' }, ...connection },
    });
  return { ask, directory };
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
    const { ask } = plugin(printing({ clientCertificateData: 'CERT', clientKeyData: 'KEY' }));

    expect(await ask()).toEqual({ certificate: 'CERT', key: 'KEY', freshUntil: Number.POSITIVE_INFINITY });
  });

  it('hands over arguments, environment and, where it is wanted, the cluster', async () => {
    const { ask, directory } = plugin(
      `printf '%s\\n' "$@" "$REGION" "$PATH" >"\${0%/*}/seen"; printf '%s' "$KUBERNETES_EXEC_INFO" >"\${0%/*}/info"\n${printing({ token: 't' })}`,
      { args: ['get', 'a token'], env: [{ name: 'REGION', value: 'eu' }], provideClusterInfo: true },
      { certificateAuthority: { pem: 'CA' }, tlsServerName: 'name' },
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
          'certificate-authority-data': Buffer.from('CA').toString('base64'),
        },
      },
    });
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
    expect(failure.message).toContain('Try `kubectl --kubeconfig');
    expect(failure.message).not.toContain('s3cret');
  });

  it.each<[string, string, object, RegExp]>([
    [
      'is not there',
      '',
      { command: 'no-such-plugin-here', installHint: 'Get it from https://x' },
      /no such program\. Get it from https:\/\/x\./,
    ],
    ['speaks an unknown version', '', { apiVersion: 'client.authentication.k8s.io/v1alpha1' }, /v1alpha1/],
    ['wants to ask a person', '', { interactiveMode: 'Always' }, /nobody is there/],
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
      printing({ clientCertificateData: 'C' }),
      {},
      /neither a token nor/,
    ],
    ['gives a token with a line break in it', printing({ token: 'a\nb: c' }), {}, /does not hold a token/],
  ])('fails in words when a plugin %s', async (_, script, spec, words) => {
    const failure = (await plugin(script, spec)
      .ask()
      .catch((error: unknown) => error)) as Error;

    expect(failure).toMatchObject({ code: 'unauthorized', message: expect.stringMatching(words) });
    expect(failure.message).not.toContain('s3cret');
  });
});
