import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { breaks, promises, weakens } from '../../../src/pod/template/promises.ts';

test('docs/threat-model.md makes every one of them', () => {
  const page = readFileSync('docs/threat-model.md', 'utf8');
  const made = page.split('\n').filter((line) => line.startsWith('| '));

  expect(Object.values(promises).filter((promise) => !made.some((row) => row.includes(promise)))).toEqual([]);
});

test('a refusal and a risk name the promise', () => {
  expect(breaks('startedOnce', 'is wrong')).toBe(
    'is wrong (it breaks the promise that a script is started once)',
  );
  expect(weakens('startedOnce', 'is odd')).toBe(
    'is odd (it weakens the promise that a script is started once)',
  );
});
