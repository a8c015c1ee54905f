import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathFrom, readKubeconfig, textOf } from '../../../src/cluster/kubernetes/kubeconfig.ts';
import { parseYaml } from '../../../src/cluster/kubernetes/parse-yaml.ts';
import { temporaryDirectory, undoAfterEach } from './undo.ts';

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
    ['JSON', JSON.stringify(parseYaml(yaml))],
    ['JSON after white space', `\n  ${JSON.stringify(parseYaml(yaml))}`],
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
    expect([textOf(found.entry, 'server'), found.file]).toEqual(['https://first', second]);
    expect(pathFrom(found, 'ca.crt')).toBe(join(second, '..', 'ca.crt'));
    expect(pathFrom(found, '/etc/ca.crt')).toBe('/etc/ca.crt');
  });

  it.each([
    ['an empty file', ''],
    ['a list', '- a'],
    ['a word', 'hello'],
    ['sections of odd types', 'clusters: 3\ncontexts: {a: b}\nusers: [1, null, {name: 5}]'],
  ])('finds nothing in %s', async (_, text) => {
    const config = await readKubeconfig([write(text)]);

    expect(config).toMatchObject({ currentContext: '', contextNames: [] });
    expect(config.find('user', 'u')).toBeNull();
  });

  it('says which file is missing, and which key to change', async () => {
    await expect(readKubeconfig(['/nowhere/config'])).rejects.toMatchObject({
      code: 'policy-invalid',
      message: expect.stringMatching(/\/nowhere\/config: there is no such file.*`cluster\.kubeconfig`/),
    });
  });

  it.each([
    ['YAML', 'users:\n- name: u\n  user: {token: "s3cret', '(line 3)'],
    ['JSON', '{"users":\n[{"user":{"token":"s3cret"', '(line 2)'],
  ])('never quotes broken %s, which holds keys', async (_, text, place) => {
    const failure = (await readKubeconfig([write(text)]).catch((error: unknown) => error)) as Error;

    expect(failure.message).toContain(`neither YAML nor JSON ${place}`);
    expect(`${failure.message} ${String(failure.cause)}`).not.toContain('s3cret');
  });
});
