import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ConnectionOptions,
  resolveConnection,
} from '../../../../src/cluster/kubernetes/connection/resolve-connection.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

function kubeconfig(server = 'https://api.example.org:6443'): string {
  const file = join(temporaryDirectory(undo), 'config');
  const config = {
    'current-context': 'main',
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user: { token: 'secret-token' } }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function serviceAccount(): { directory: string; env: Record<string, string> } {
  const directory = join(temporaryDirectory(undo), 'serviceaccount');
  mkdirSync(directory);
  writeFileSync(join(directory, 'token'), 'sa-token');
  writeFileSync(join(directory, 'ca.crt'), 'CA');
  return { directory, env: { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' } };
}

const resolve = (wish: Partial<ConnectionOptions>) =>
  resolveConnection({ namespace: 'ci', env: {}, serviceAccountDirectory: '/nowhere', ...wish });

describe('where the cluster is looked for', () => {
  it('takes the policy’s kubeconfig before all else', async () => {
    const account = serviceAccount();
    const other = kubeconfig('https://other');

    const connection = await resolve({
      kubeconfig: kubeconfig(),
      env: { ...account.env, KUBECONFIG: other },
      serviceAccountDirectory: account.directory,
    });

    expect(connection.server).toBe('https://api.example.org:6443');
  });

  it('takes relative paths from where GitLab Runner started the stage', async () => {
    const file = kubeconfig();
    const there = { workingDirectory: dirname(file) };

    expect((await resolve({ kubeconfig: basename(file), ...there })).credentials).toMatchObject({ file });
    expect((await resolve({ env: { KUBECONFIG: basename(file) }, ...there })).credentials).toMatchObject({
      file,
    });
  });

  it('takes the service account before KUBECONFIG, and names its files', async () => {
    const { directory, env } = serviceAccount();

    expect(
      await resolve({ env: { ...env, KUBECONFIG: kubeconfig() }, serviceAccountDirectory: directory }),
    ).toEqual({
      server: 'https://10.0.0.1:443',
      namespace: 'ci',
      certificateAuthority: { file: join(directory, 'ca.crt') },
      credentials: { kind: 'token-file', file: join(directory, 'token') },
    });
  });

  it.each([[''], [undefined]])('takes port 443 when the environment names %j', async (port) => {
    const { directory } = serviceAccount();

    const connection = await resolve({
      env: { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: port },
      serviceAccountDirectory: directory,
    });

    expect(connection.server).toBe('https://10.0.0.1:443');
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
    const file = kubeconfig();

    for (const wish of [
      { env: { ...env, KUBECONFIG: file } },
      { env: { ...env, KUBECONFIG: file }, serviceAccountDirectory: directory, context: 'main' },
    ]) {
      expect((await resolve(wish)).server).toBe('https://api.example.org:6443');
    }
  });

  it('reads a list in KUBECONFIG, without the files that are not there', async () => {
    const first = kubeconfig('https://first');
    const env = { KUBECONFIG: `/nowhere/a::${first}:${kubeconfig()}` };

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
