import { describe, expect, it } from 'vitest';
import {
  parseKubeconfigYaml,
  placeIn,
  YamlFault,
} from '../../../../src/cluster/kubernetes/kubeconfig/parse-yaml.ts';

describe('parseYaml', () => {
  it.each<[string, string, unknown]>([
    ['booleans of YAML 1.1', 'a: [yes, No, on, OFF, y, true]', { a: [true, false, true, false, true, true] }],
    [
      'dates and times as texts',
      'a: [2026-01-01, 1:30, 12:30:45]',
      { a: ['2026-01-01', '1:30', '12:30:45'] },
    ],
    ['numbers', 'a: [1, 0x1f, 1_000, 1e3, .5]', { a: [1, 31, 1000, 1000, 0.5] }],
    ['the last of twin keys', 'a: 1\na: 2', { a: 2 }],
    ['merge keys', 'x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3', { x: { a: 1, b: 2 }, true: { a: 1, b: 3 } }],
    ['the first of several merged maps', 'a: {<<: [{b: 1}, {b: 2, c: 3}]}', { a: { b: 1, c: 3 } }],
    ['a quoted merge key as a key', 'a: {"<<": {b: 1}}', { a: { '<<': { b: 1 } } }],
    ['a flow map', '{a: b,}', { a: 'b' }],
    ['the first document', 'a: 1\n---\n{{{', { a: 1 }],
    ['values with foreign tags', 'a: !foreign b', { a: 'b' }],
    ['an empty file', '', null],
    ['a comment', '# later', null],
  ])('reads %s', (_, text, expected) => expect(parseKubeconfigYaml(text)).toEqual(expected));

  it.each<[string, string, string, { line: number; column: number } | null]>([
    ['a tab as an indent', 'a:\n\tb: 1', 'syntax', { line: 2, column: 1 }],
    ['an open list', 'a: [', 'syntax', { line: 1, column: 5 }],
    ['an alias of nothing', 'a: *b', 'aliases', null],
    ['an anchor that contains itself', 'a: &a {b: *a}', 'endless', null],
    ['a merge of what is no map', 'a: {<<: s3cret}', 'merge', null],
    ['aliases that multiply', bomb(9), 'aliases', null],
  ])('refuses %s, without a word of it', (_, text, kind, place) => {
    const fault = catchFault(() => parseKubeconfigYaml(text));

    expect(fault).toBeInstanceOf(YamlFault);
    expect([fault.kind, fault.place]).toEqual([kind, place]);
    expect(`${fault.message} ${String(fault.cause)}`).not.toContain('s3cret');
  });

  it('reads some thousand clusters', () => {
    const clusters = Array.from(
      { length: 3000 },
      (_, index) => `- name: c${index}\n  cluster: {server: x}\n`,
    );

    expect(parseKubeconfigYaml(`clusters:\n${clusters.join('')}`)).toMatchObject({
      clusters: { length: 3000 },
    });
  });
});

describe('placeIn', () => {
  const text = '# x\nusers:\n- name: u\n  user: {token: 5}\nbase: &b {a: 1}\nother: *b\n';

  it.each<[(string | number)[], object | null]>([
    [['users', 0, 'user', 'token'], { line: 4, column: 17 }],
    [['users', 0], { line: 3, column: 3 }],
    [[], { line: 2, column: 1 }],
    [['users', 7], null],
    [['other', 'a'], null],
  ])('finds %j', (path, expected) => expect(placeIn(text, path)).toEqual(expected));
});

function bomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < levels; level++)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
  return lines.join('\n');
}

function catchFault(run: () => unknown): YamlFault {
  try {
    run();
  } catch (error) {
    return error as YamlFault;
  }
  throw new Error('It was taken.');
}
