import { expect, test } from 'vitest';
import { expandText, expandVariables, variableValue } from './variables.ts';

const variables = [
  { key: 'NAME', value: 'first' },
  { key: 'NAME', value: 'world' },
  { key: 'CERT', value: 'content', file: true },
  { key: 'RUNNER_TEMP_PROJECT_DIR', value: '/builds/p.tmp' },
];

test.each([
  ['$NAME', 'world'],
  ['${NAME}!', 'world!'],
  ['$NAMES', ''],
  ['a$', 'a$'],
  ['$$NAME', '$NAME'],
  ['$ x $. y', '$ x $. y'],
  ['${NAME', 'NAME'],
  ['${}x', 'x'],
  ['$1$*$@', ''],
  ['$CERT', '/builds/p.tmp/CERT'],
])('expands %j to %j', (text, expanded) => {
  expect(expandText(text, variables)).toBe(expanded);
});

test('expands each value against the values as they were, and raw ones not at all', () => {
  const expanded = expandVariables([
    { key: 'A', value: '$B' },
    { key: 'B', value: '$C' },
    { key: 'C', value: 'c' },
    { key: 'RAW', value: '$C', raw: true },
  ]);

  expect(expanded.map(({ key, value }) => `${key}=${value}`)).toEqual(['A=$C', 'B=c', 'C=c', 'RAW=$C']);
});

test('the last of several with one name counts', () => {
  expect(variableValue(variables, 'NAME')).toBe('world');
});

test('a file variable is its content, or its path where a path is asked for', () => {
  expect(variableValue(variables, 'CERT')).toBe('content');
  expect(variableValue(variables, 'CERT', { paths: true })).toBe('/builds/p.tmp/CERT');
});
