import { expect, it } from 'vitest';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';
import { childOf, spotText } from '../../src/ci-file/ci-nodes.ts';
import { linkReferences } from '../../src/ci-file/references.ts';

it.each([
  ['.t: {k: x}\nj: {k: !reference [.t, k]}\n', 'x'],
  ['.t: {k: {l: [a, x]}}\nj: {k: !reference [.t, k, l, 1]}\n', 'x'],
  ['.t: {k: {l: [a, x]}}\nj: {k: !reference [.t, k, l, 2]}\n', null],
  ['.t: {k: {l: [a, x]}}\nj: {k: !reference [.t, k, l, l]}\n', null],
  ['.t: {k: &a x}\nj: {k: !reference [.t, *a]}\n', null],
  ['j: {k: !reference []}\n', null],
])('links %j', (text, expected) => {
  const document = readCiDocument(text, 'ci.yml');
  const root = { document, node: document.root };
  linkReferences([root]);
  const job = childOf(root, 'j') ?? expect.fail();

  expect(spotText(childOf(job, 'k') ?? job)).toBe(expected);
});
