import { expect, it } from 'vitest';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';
import { yamlHint } from '../../src/ci-file/yaml-hint.ts';

it.each([
  ['a:\n\timage: x\n', '2:1: Tabs are not allowed as indentation; use spaces'],
  ['a:\n  script: echo x: y\n', '; a text with a colon and a space in it needs quotes around it'],
  ['a:\n  image python:3\n  script: x\n', '; is a colon missing, or the next line indented too far?'],
  ['a:\n  image: x\n script: x\n', '; count the spaces before it and before the lines around it'],
  ['a:\n  image: @x\n', '; put quotes around the value'],
])('a file that is no YAML is refused with what to look for: %j', (text, words) => {
  expect(() => readCiDocument(text, 'ci.yml')).toThrow(words);
});

it('yamlHint leaves the parser its words where they say enough', () => {
  expect(yamlHint('DUPLICATE_KEY')).toBe('');
});
