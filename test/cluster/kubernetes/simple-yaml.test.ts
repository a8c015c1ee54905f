import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseSimpleYaml } from '../../../src/cluster/kubernetes/simple-yaml.ts';

const asKubectlWritesIt = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTi==
    server: https://127.0.0.1:6443
    insecure-skip-tls-verify: true
  name: kind-one
contexts:
- context:
    cluster: kind-one
    namespace: ci
    user: "admin"
  name: admin@kind-one
current-context: admin@kind-one
kind: Config
preferences: {}
users:
# the runner
- name: admin
  user:
    client-certificate-data: LS0tLS1CRUdJTi+/==
    client-key-data: LS0tLS1CRUdJTi
- name: other
  user:
    token: eyJhbGciOi.eyJhdWQiOl.sig_-natur
    groups:
      - one
      - two
`;

describe('parseSimpleYaml', () => {
  it('reads a kubeconfig as kubectl writes it', () => {
    expect(parseSimpleYaml(asKubectlWritesIt)).toEqual(parse(asKubectlWritesIt));
    expect(parseSimpleYaml(asKubectlWritesIt)).toMatchObject({
      users: [{ name: 'admin' }, { name: 'other' }],
    });
  });

  it.each([
    ['an alias', 'a: &x b\nc: *x'],
    ['a tag', 'a: !!str 1'],
    ['a text of several lines', 'a: |\n  b'],
    ['a folded word', 'a: b\n  c'],
    ['a flow map', 'a: {b: c}'],
    ['a number', 'a: 1'],
    ['a hexadecimal number', 'a: 0x1f'],
    ['nothing as a value', 'a:\nb: c'],
    ['null', 'a: null'],
    ['a word that once was a boolean', 'a: yes'],
    ['an escape', 'a: "\\u0041"'],
    ['a comment behind a value', 'a: b # c'],
    ['a tab', 'a:\n\tb: c'],
    ['a document marker', '---\na: b'],
    ['a key twice', 'a: b\na: c'],
    ['a nested list', 'a:\n- - b'],
    ['a blank at a line’s end', 'a: b '],
    ['Windows’ line ends', 'a: b\r\nc: d\r\n'],
    ['letters beyond ASCII', 'a: ü'],
    ['a list that falls back to the left', 'a:\n  - b\n- c'],
    ['a map deeper than it began', 'a: b\n  c: d'],
    ['nothing', ''],
  ])('leaves %s to the parser', (_, text) => {
    expect(parseSimpleYaml(text)).toBeUndefined();
  });

  it('says what the YAML parser says, whenever it says anything', () => {
    const lines = asKubectlWritesIt.split('\n');
    const piece = fc.constantFrom(
      ...[
        '- ',
        ' ',
        '  ',
        ':',
        ': ',
        '#',
        '"',
        "'",
        '{}',
        '[]',
        '\t',
        '\n',
        'a',
        'yes',
        '1',
        '~',
        '&',
        '*',
        '|',
        '-',
        '.',
        '=',
        ',',
      ],
      ...lines,
      ...lines.map((line) => `${line}\n`),
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
      fc
        .tuple(fc.nat(asKubectlWritesIt.length), piece, fc.nat(3))
        .map(
          ([at, inserted, removed]) =>
            asKubectlWritesIt.slice(0, at) + inserted + asKubectlWritesIt.slice(at + removed),
        ),
    );
    let answers = 0;
    fc.assert(
      fc.property(text, (yaml) => {
        const simple = parseSimpleYaml(yaml);
        if (simple === undefined) return;
        answers += 1;
        expect(simple).toEqual(parse(yaml));
      }),
      { numRuns: 3000 },
    );
    expect(answers).toBeGreaterThan(50);
  });

  it('reads what the YAML parser writes of plain words', () => {
    const word = fc
      .stringMatching(/^[b-m][A-Za-z0-9+/=.]{2,20}$/)
      .filter((text) => !/^(false|inf)$/i.test(text));
    const tree = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 3 }, word, fc.boolean(), tie('map'), fc.array(tie('map'), { maxLength: 3 })),
      map: fc.dictionary(fc.stringMatching(/^[b-m][a-z-]{2,8}$/), tie('node'), { minKeys: 1, maxKeys: 4 }),
    })).map;
    fc.assert(
      fc.property(tree, (value) => {
        const text = stringify(value, { lineWidth: 0 });

        expect(parseSimpleYaml(text)).toEqual(parse(text));
      }),
    );
  });
});
