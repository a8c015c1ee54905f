import { describe, expect, it } from 'vitest';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';

describe('readCiDocument', () => {
  it('reports mistakes in the order of the file', () => {
    expect(() => readCiDocument('a: "\\q"\nb: @\n', 'ci.yml')).toThrow(/ci\.yml:1:5: .*\nci\.yml:2:4: /);
  });

  it('names the tabs alone where they indent, and nothing that comes of them', () => {
    const read = (text: string) => () => readCiDocument(text, 'ci.yml');

    expect(read('job:\n  script:\n\t- x\n bad: [\n')).toThrow(
      /^The CI file cannot be read:\nci\.yml:3:1: Tabs [^\n]*$/,
    );
  });

  it('names brackets that are nested too deep alone', () => {
    expect(() => readCiDocument(`a: ${'['.repeat(5000)}`, 'ci.yml')).toThrow(
      /^The CI file cannot be read:\nci\.yml:1:\d+: brackets or indents are nested too deep to be read$/,
    );
  });

  it('skips a header', () => {
    const { root } = readCiDocument('spec: {inputs: {}}\n---\njob: {}\n', 'ci.yml');

    expect(root.has('job')).toBe(true);
  });
});
