import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubeconfigThrough } from './cluster-under-test.ts';

it('a kubeconfig moves behind a proxy, with its files where they were', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubeconfig-through-'));
  const kubeconfig = join(directory, 'original');
  writeFileSync(
    kubeconfig,
    `clusters: [{name: c, cluster: {server: 'https://api.example.org:6443', certificate-authority: pki/ca.crt}}]
users:
  - {name: u, user: {client-certificate: pki/u.crt, client-key: /etc/u.key, tokenFile: token}}
  - {name: p, user: {exec: {command: ./plugin, args: [token]}}}
  - {name: q, user: {exec: {command: kubelogin}}}
`,
  );
  const moved: unknown = parse(readFileSync(kubeconfigThrough({ kubeconfig, directory }, 4321), 'utf8'));
  rmSync(directory, { recursive: true });
  expect(moved).toEqual({
    clusters: [
      {
        name: 'c',
        cluster: {
          server: 'https://127.0.0.1:4321',
          'tls-server-name': 'api.example.org',
          'certificate-authority': join(directory, 'pki/ca.crt'),
        },
      },
    ],
    users: [
      {
        name: 'u',
        user: {
          'client-certificate': join(directory, 'pki/u.crt'),
          'client-key': '/etc/u.key',
          tokenFile: join(directory, 'token'),
        },
      },
      { name: 'p', user: { exec: { command: join(directory, 'plugin'), args: ['token'] } } },
      { name: 'q', user: { exec: { command: 'kubelogin' } } },
    ],
  });
});
