import { expect, it } from 'vitest';
import { isScalar } from 'yaml';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';
import { indexOf } from '../../src/ci-file/map-index.ts';

it('takes the last of each key, and all merges, the last first', () => {
  const document = readCiDocument('a: 1\n<<: {x: 1}\nb: 2\na: 3\n<<: {y: 1}\n? [c]\n: 4\n', 'ci.yml');

  const { own, merges } = indexOf(document.root, document);

  const values = [...own].map(([key, { at, value }]) => [key, at, isScalar(value) ? value.value : value]);
  expect(values).toEqual([
    ['a', 3, 3],
    ['b', 2, 2],
  ]);
  expect(merges.map(({ at }) => at)).toEqual([4, 1]);
  expect(indexOf(document.root, document).own).toBe(own);
});
