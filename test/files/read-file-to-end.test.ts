import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readCredentialFile } from '../../src/cluster/kubernetes/connection/credential-file.ts';
import { readKubeconfig } from '../../src/cluster/kubernetes/kubeconfig/kubeconfig.ts';
import { readFileToEnd, readTextFile } from '../../src/files/read-file-to-end.ts';

const folder = mkdtempSync(join(tmpdir(), 'read-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

it('reads a file, and no more of it than it may', () => {
  const file = put('file', 'text');

  expect(readTextFile(file, 4)).toBe('text');
  expect(readFileToEnd(file, 4)).toEqual(Buffer.from('text'));
  expect(() => readTextFile(file, 3)).toThrow('it has more than 3 bytes');
});

it.each([
  ['a device without an end', '/dev/zero', 'it is a device or a socket, not a file'],
  ['a directory', folder, 'it is a directory'],
  ['nothing', join(folder, 'missing'), 'there is no such file'],
])('names %s as a kubeconfig, a token or a certificate for what it is', async (_, path, words) => {
  await expect(readKubeconfig([path])).rejects.toThrow(`Cannot read the kubeconfig ${path}: ${words}.`);
  await expect(readCredentialFile(path, 'token')).rejects.toThrow(`Cannot read the token ${path}`);
  await expect(readCredentialFile(path, 'token')).rejects.toThrow(words);
});

it('waits for no pipe that says nothing', { timeout: 30_000 }, () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);

  // Without a writer a pipe has its end at once.
  expect(readTextFile(pipe, 10)).toBe('');
});
