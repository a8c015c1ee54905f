import { expect, it } from 'vitest';
import { isWholeFile, readPastedName } from '../../src/help-page/pasted-name.ts';

it.each([
  [' python:3.12 ', 'python:3.12'],
  ['image: python:3.12', 'python:3.12'],
  ['  image:   "python:3.12"', 'python:3.12'],
  ["name: 'a/b:1'  # pinned", 'a/b:1'],
  ['- docker:dind', 'docker:dind'],
  ['- name: docker:dind', 'docker:dind'],
  ['services: - redis:7', 'redis:7'],
  ['python:3.12 # newest', 'python:3.12'],
  ['image:3', 'image:3'],
  ['name/of:it', 'name/of:it'],
  ['python 3', 'python 3'],
  ['"unclosed', '"unclosed'],
  ['', ''],
])('reads %j as %j', (text, name) => {
  expect(readPastedName(text)).toBe(name);
});

it.each([
  ['test:\n  image: python:3\n', true],
  ['# a comment\nimage: python\ntest:\n  script: x\n', true],
  ['- name: redis:7\n  alias: cache', true],
  ['image: python:3\n', false],
  ['\n\n  image: python:3  \n\n', false],
  ['python:3', false],
  ['python:3\nnode:20', false],
  ['', false],
])('isWholeFile tells a file from a name: %j', (text, isFile) => {
  expect(isWholeFile(text)).toBe(isFile);
});
