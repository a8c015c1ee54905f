import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  entryText,
  pathFrom,
  readKubeconfig,
} from '../../../../src/cluster/kubernetes/kubeconfig/kubeconfig.ts';
import { parseKubeconfigYaml } from '../../../../src/cluster/kubernetes/kubeconfig/parse-yaml.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

const yaml = `
apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: u2}}
clusters:
- name: c
  cluster: {server: "https://first"}
users: []
`;

function write(text: string, name = 'config'): string {
  const file = join(temporaryDirectory(undo), name);
  writeFileSync(file, text);
  return file;
}

describe('readKubeconfig', () => {
  it.each([
    ['YAML', yaml],
    ['JSON', JSON.stringify(parseKubeconfigYaml(yaml))],
    ['JSON after white space', `\n  ${JSON.stringify(parseKubeconfigYaml(yaml))}`],
  ])('reads %s', async (_, text) => {
    const file = write(text);
    const config = await readKubeconfig([file]);

    expect(config.currentContext).toBe('one');
    expect(config.contextNames).toEqual(['one', 'two']);
    expect(config.find('context', 'two')).toEqual({ entry: { cluster: 'c', user: 'u2' }, file });
    expect(config.find('user', 'u')).toBeNull();
  });

  it('merges files as kubectl does: what is named first wins, with the file it stands in', async () => {
    const first = write('clusters: [{name: other, cluster: {server: "https://other"}}]');
    const second = write(yaml);
    const third = write(
      '{"current-context":"late","clusters":[{"name":"c","cluster":{"server":"https://late"}}]}',
    );
    const config = await readKubeconfig([first, second, third]);

    expect(config.currentContext).toBe('one');
    const found = config.find('cluster', 'c')!;
    expect([entryText(found.entry, 'server'), found.file]).toEqual(['https://first', second]);
    expect(pathFrom(found, 'ca.crt')).toBe(join(second, '..', 'ca.crt'));
    expect(pathFrom(found, '/etc/ca.crt')).toBe('/etc/ca.crt');
  });

  it.each([
    ['an empty file', ''],
    ['a comment', '# later'],
    ['sections without entries', 'clusters: null\ncontexts: []\nusers: [null]'],
  ])('finds nothing in %s', async (_, text) => {
    const config = await readKubeconfig([write(text)]);

    expect(config).toMatchObject({ currentContext: '', contextNames: [] });
    expect(config.find('user', 'u')).toBeNull();
  });

  it.each<[string, string, RegExp]>([
    ['a list', '- a', /the whole file \(line 1, column 1\) is a list, not a map/],
    ['a word', 'hello', /the whole file \(line 1, column 1\) is a text, not a map/],
    [
      'another kind',
      'apiVersion: v1\nkind: Secret',
      /`kind` \(line 2, column 7\) is "Secret"; a kubeconfig's is "Config"/,
    ],
    [
      'another version',
      'apiVersion: v2',
      /`apiVersion` \(line 1, column 13\) is "v2"; a kubeconfig's is "v1"/,
    ],
    [
      'a number as a token, by its place',
      'users:\n- name: u\n  user:\n    token: 123456789',
      /`users\[0\]\.user\.token` \(line 4, column 12\) is a number, not a text: put it in quotes/,
    ],
    [
      'two of one name',
      '{"users": [{"name": "u"},\n  {"name": "u"}]}',
      /`users\[1\]` \(line 2, column 3\) has the name "u", as one before it/,
    ],
    [
      'what an alias brought, without a place',
      'x: &x {token: 5}\nusers: [{name: u, user: *x}]',
      /`users\[0\]\.user\.token` is a number/,
    ],
  ])('refuses %s', async (_, text, words) => {
    await expect(readKubeconfig([write(text)])).rejects.toMatchObject({
      code: 'policy-invalid',
      message: expect.stringMatching(words),
    });
  });

  it('names all faults at once, but no flood of them, and none of the values', async () => {
    const users = Array.from({ length: 50 }, (_, index) => ({
      name: `u${index}`,
      user: { token: 987654321 },
    }));
    const file = write(JSON.stringify({ kind: 'List', clusters: 3, users }));

    const { message } = (await readKubeconfig([file]).catch((error: unknown) => error)) as Error;

    expect(message).toMatch(/`clusters` .* is a number, not a list; `users\[0\]\.user\.token` /);
    expect(message).toContain('and 42 more');
    expect(message).not.toContain('987654321');
    expect(message.length).toBeLessThan(2000);
  });

  it.each<[string, Buffer]>([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${yaml}`)],
    ['UTF-16, as Windows writes it', Buffer.from(`\ufeff${yaml}`, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(`\ufeff${yaml}`, 'utf16le').swap16()],
  ])('reads %s', async (_, bytes) => {
    const file = write('');
    writeFileSync(file, bytes);

    expect((await readKubeconfig([file])).currentContext).toBe('one');
  });

  it('says which file is missing, and which key to change', async () => {
    await expect(readKubeconfig(['/nowhere/config'])).rejects.toMatchObject({
      code: 'policy-invalid',
      message: expect.stringMatching(/\/nowhere\/config: there is no such file.*`cluster\.kubeconfig`/),
    });
  });

  it.each([
    ['YAML', 'users:\n- name: u\n  user: {token: "s3cret', '(line 3, column 24)'],
    ['JSON', '{"users":\n[{"user":{"token":"s3cret"', '(line 2, column 27)'],
  ])('never quotes broken %s, which holds keys', async (_, text, place) => {
    const failure = (await readKubeconfig([write(text)]).catch((error: unknown) => error)) as Error;

    expect(failure.message).toContain(`neither YAML nor JSON ${place}`);
    expect(`${failure.message} ${String(failure.cause)}`).not.toContain('s3cret');
  });

  it.each([
    ['aliases that multiply', 'a: &a [x, x]\n'.concat(multiply(16)), 'aliases (`*name`) multiply'],
    ['an anchor that contains itself', 'users: &a [*a]', 'contains itself'],
    ['a merge of what is no map', 'users: {<<: s3cret}', 'merge key'],
  ])('says what is wrong with %s, which is YAML', async (_, text, words) => {
    const failure = (await readKubeconfig([write(text)]).catch((error: unknown) => error)) as Error;

    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain('neither YAML nor JSON');
    expect(`${failure.message} ${String(failure.cause)}`).not.toContain('s3cret');
  });
});

function multiply(levels: number): string {
  const names = ['a', ...Array.from({ length: levels }, (_, level) => `b${level}`)];
  return names
    .slice(1)
    .map((name, level) => `${name}: &${name} [*${names[level]}, *${names[level]}, *${names[level]}]`)
    .join('\n');
}
