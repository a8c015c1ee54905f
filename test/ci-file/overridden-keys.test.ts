import { expect, it } from 'vitest';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';
import { overriddenKeys } from '../../src/ci-file/overridden-keys.ts';

it.each([
  ['a: 1\nb: 2\n', []],
  ['a: 1\na: 2\na: 3\n', ['1:1 a by 3', '2:1 a by 3']],
  ['a:\n  - b: 1\n    c: 2\n    b: 3\n', ['2:5 b by 4']],
  ['yes: 1\non: 2\n"on": 3\n', ['1:1 true by 2']],
  ['a: {<<: {}, <<: {}}\n', []],
])('finds in %j the overridden keys %j', (text, expected) => {
  const found = overriddenKeys(readCiDocument(text, 'ci.yml'));

  expect(
    found.map(({ line, column, key, winnerLine }) => `${line}:${column} ${key} by ${winnerLine}`),
  ).toEqual(expected);
});
