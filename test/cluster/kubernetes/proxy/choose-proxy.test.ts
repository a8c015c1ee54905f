import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/cluster/cluster.ts';
import { resolveConnection } from '../../../../src/cluster/kubernetes/connection/resolve-connection.ts';
import { chooseProxy } from '../../../../src/cluster/kubernetes/proxy/choose-proxy.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();
const direct: Connection = {
  server: 'https://api.example:6443',
  namespace: 'ci',
  credentials: { kind: 'none' },
};

async function chosen(connection: Connection, env: Record<string, string>): Promise<string | null> {
  const proxy = await chooseProxy(connection, env);
  return proxy && `${proxy.shown} by ${proxy.namedBy}`;
}

describe('chooseProxy', () => {
  it('takes the proxy of the environment, in capitals first', async () => {
    const env = { https_proxy: 'http://small', HTTPS_PROXY: 'http://large' };
    expect(await chosen(direct, env)).toBe('http://large by HTTPS_PROXY');
    expect(await chosen(direct, { ...env, HTTPS_PROXY: '' })).toBe('http://small by https_proxy');
    expect(await chosen(direct, { HTTP_PROXY: 'http://other' })).toBeNull();
  });

  it('takes no proxy where NO_PROXY names the server', async () => {
    expect(await chosen(direct, { HTTPS_PROXY: 'http://proxy', NO_PROXY: 'example' })).toBeNull();
    expect(await chosen(direct, { HTTPS_PROXY: 'http://proxy', no_proxy: 'example' })).toBeNull();
  });

  it('takes the proxy of the kubeconfig, whatever the environment says', async () => {
    const connection = { ...direct, proxy: { url: 'socks5://own:1080' } };
    const env = { HTTPS_PROXY: 'http://proxy', NO_PROXY: '*' };
    expect(await chosen(connection, env)).toBe('socks5://own:1080 by proxy-url');
  });

  it('reads a proxy with a password from the kubeconfig again, and writes it nowhere else', async () => {
    const file = join(temporaryDirectory(undo), 'config');
    const kubeconfig = (proxy: string) =>
      JSON.stringify({
        'current-context': 'main',
        contexts: [{ name: 'main', context: { cluster: 'c', user: '' } }],
        clusters: [{ name: 'c', cluster: { server: direct.server, 'proxy-url': proxy } }],
      });
    const resolved = (proxy: string) => {
      writeFileSync(file, kubeconfig(proxy));
      return resolveConnection({ namespace: 'ci', kubeconfig: file, env: {} });
    };

    const secret = await resolved('http://anna:secret@proxy:3128');
    expect(secret.proxy).toEqual({ file, cluster: 'c' });
    expect((await chooseProxy(secret, {}))?.url.password).toBe('secret');
    expect((await resolved('http://proxy:3128')).proxy).toEqual({ url: 'http://proxy:3128' });
  });

  it.each([
    [direct, { HTTPS_PROXY: 'ftp://anna:secret@proxy' }, 'HTTPS_PROXY'],
    [{ ...direct, proxy: { url: 'ftp://anna:secret@proxy' } }, {}, 'proxy-url'],
  ])(
    'refuses what is no address of a proxy by the name of its setting, without quoting it: %#',
    async (connection, env, name) => {
      const failure = await chooseProxy(connection, env).catch((error: unknown) => error as Error);
      expect(failure).toMatchObject({ code: 'policy-invalid', message: expect.stringContaining(name) });
      expect(String((failure as Error).stack)).not.toContain('secret');
    },
  );
});
