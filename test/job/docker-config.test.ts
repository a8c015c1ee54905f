import { describe, expect, it } from 'vitest';
import { readDockerConfig } from '../../src/job/docker-config.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const [one, two] = [base64('one:1'), base64('two:2')];
const read = (config: unknown) => readDockerConfig(JSON.stringify(config));
const all = (why: string) => ({ entries: [], faults: [{ registry: null, why }] });

describe('readDockerConfig', () => {
  it('takes each entry that can be used, and says why another cannot', () => {
    expect(
      read({
        auths: {
          'a.example.org': { auth: one },
          'b.example.org': { auth: 'hunter2' },
          'no name': { auth: two },
        },
      }),
    ).toEqual({
      entries: [{ address: 'a.example.org', auth: one }],
      faults: [
        { registry: 'b.example.org', why: '`auth` is not base64 of `user:password`' },
        { registry: 'no name', why: 'that is no address of a registry' },
      ],
    });
  });

  it('takes the first of several spellings of one address, in the order of their names', () => {
    expect(
      read({ auths: { 'https://index.docker.io/v1/': { auth: two }, 'docker.io': { auth: one } } }).entries,
    ).toEqual([{ address: 'docker.io', auth: one }]);
    expect(
      read({ auths: { 'r.example.org': { auth: two }, 'R.example.org': { auth: one } } }).entries,
    ).toEqual([{ address: 'R.example.org', auth: one }]);
  });

  it.each(['', ' \n'])('has nothing to say about an empty text: %j', (text) => {
    expect(readDockerConfig(text)).toEqual({ entries: [], faults: [] });
  });

  it.each([
    ['text', 'auths: hunter2', 'it is not JSON'],
    ['half of a JSON text', '{"auths":{"a":{"auth":"hunter2', 'it is not JSON'],
    ['more than a JSON text', '{"auths":{}} hunter2', 'it is not JSON'],
    [
      'the path of a file variable',
      '/builds/group/project.tmp/AUTH_FILE',
      'it is a path, not JSON: a variable that mentions one of type file gets its path, so make DOCKER_AUTH_CONFIG itself of type file',
    ],
    [
      'base64 of JSON',
      base64('{"auths":{"a":{"auth":"hunter2"}}}'),
      'it is not JSON, but seems to be base64 of it: give the JSON itself',
    ],
    ['null', 'null', 'it is no JSON object'],
    ['a list', '[]', 'it is no JSON object'],
    ['an object without `auths`', '{"registry.example.org":{"auth":"hunter2"}}', 'it has no `auths`'],
    ['text for `auths`', '{"auths":"hunter2"}', 'its `auths` is no object'],
    ['more than Linux hands on', `{"auths":{},"x":"${'x'.repeat(131072)}"}`, 'it is longer than 128 KiB'],
  ])('says why it cannot use %s', (_, text, why) => {
    expect(readDockerConfig(text)).toEqual(all(why));
  });

  const noHelper = 'runs a credential helper, and for a job none runs here: write `auth` instead';
  it('says that no credential helpers run, for each registry that they are for', () => {
    expect(
      read({
        auths: { 'a.example.org': { auth: one }, 'https://index.docker.io/v1/': {} },
        credsStore: 'desktop',
        credHelpers: { '1.dkr.ecr.example.org': 'ecr-login' },
      }),
    ).toEqual({
      entries: [{ address: 'a.example.org', auth: one }],
      faults: [
        { registry: '1.dkr.ecr.example.org', why: `\`credHelpers\` ${noHelper}` },
        { registry: null, why: `\`credsStore\` ${noHelper}` },
      ],
    });
    expect(read({ credsStore: '../../bin/x' })).toEqual(all(`\`credsStore\` ${noHelper}`));
  });

  it('stops at a hundred registries, and says so', () => {
    const auths = Object.fromEntries(
      Array.from({ length: 150 }, (_, i) => [`r${1000 + i}.example.org`, { auth: one }]),
    );
    const { entries, faults } = read({ auths });
    expect([entries.length, entries.at(-1)?.address]).toEqual([100, 'r1099.example.org']);
    expect(faults).toEqual([{ registry: null, why: 'it has more than 100 entries; 50 are not used' }]);
  });

  it('reads registries with the names that every object has', () => {
    const { entries, faults } = readDockerConfig(
      `{"auths":{"__proto__":{"auth":"${one}"},"constructor":{"auth":"${two}"},"toString":{}}}`,
    );
    expect(entries).toEqual([{ address: 'constructor', auth: two }]);
    expect(faults.map(({ registry }) => registry)).toEqual(['__proto__', 'toString']);
    expect(({} as { auth?: string }).auth).toBeUndefined();
  });

  it('never says a value', () => {
    for (const text of ['{"auths":{"a":{"auth":"hunter2"}}}', '{"auths":{"a":"hunter2"}}', 'hunter2'])
      expect(JSON.stringify(readDockerConfig(text).faults)).not.toContain('hunter2');
  });
});
