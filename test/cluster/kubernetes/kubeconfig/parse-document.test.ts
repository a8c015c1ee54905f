import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../../src/cluster/kubernetes/kubeconfig/parse-document.ts';

describe('parseDocument', () => {
  it.each<[string, string, unknown]>([
    ['JSON', '{"a": [1, "b"]}', { a: [1, 'b'] }],
    ['JSON after white space', '\n  {"a": 1}', { a: 1 }],
    ['JSON with the last of twin keys', '{"a": 1, "a": 2}', { a: 2 }],
    ['JSON with a comment', '{"a": 1}\n# later', { a: 1 }],
    ['a flow map of YAML', '{a: b}', { a: 'b' }],
    ['YAML', 'a: yes', { a: true }],
    ['nothing', '', null],
  ])('reads %s', async (_, text, value) => {
    expect(await parseDocument(text)).toEqual({ kind: 'value', value });
  });

  it.each<[string, string, string, object | null]>([
    ['JSON that is cut', '{"a":\n  [1', 'syntax', { line: 2, column: 5 }],
    ['YAML that is none', 'a: b: c', 'syntax', { line: 1, column: 4 }],
    ['an anchor that contains itself', 'a: &a [*a]', 'endless', null],
  ])('says where %s is at fault', async (_, text, fault, place) => {
    expect(await parseDocument(text)).toEqual({ kind: 'fault', fault, place });
  });
});
