import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { definitionOf } from '../../src/policy/yaml-definition.ts';

const text = [
  'one: &one {a: 1, b: &b [2]}',
  'two: &two {a: 3}',
  'three: {<<: [*two, *one], c: *b}',
  'four: {<<: *one, a: 4}',
  'five: &five {<<: *five}',
  'six: &six {<<: {<<: *six}}',
].join('\n');

describe('definitionOf', () => {
  it.each([
    [['one', 'a'], 1],
    [['three', 'a'], 3],
    [['three', 'c'], [2]],
    [['three', 'b'], [2]],
    [['four', 'a'], 4],
    [['four', 'nothing'], null],
    [['five', 'a'], null],
    [['six', 'a'], null],
    [['one', 'a', 'deeper'], null],
  ] as const)('finds %j behind aliases and merge keys', (path, value) => {
    const document = parseDocument(text, { merge: true });

    expect(definitionOf(document, path)?.toJS(document) ?? null).toEqual(value);
  });
});
