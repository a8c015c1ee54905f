import { describe, expect, it } from 'vitest';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';

describe('readCiDocument', () => {
  it('tells mistakes in the order of the file', () => {
    expect(() => readCiDocument('a:\n  b: 1\n  b: 2\na: 3\n', 'ci.yml')).toThrow(
      'ci.yml:3:3: this key stands here twice\nci.yml:4:1: this key stands here twice',
    );
  });

  it('skips a header', () => {
    const { root } = readCiDocument('spec: {inputs: {}}\n---\njob: {}\n', 'ci.yml');

    expect(root.has('job')).toBe(true);
  });

  it('tells of several mistakes, each once, and of very many only the first', () => {
    expect(() => readCiDocument('a: 1\na: 2\nb: 1\nb: 2\n', 'ci.yml')).toThrow(
      'The CI file cannot be read:\nci.yml:2:1: this key stands here twice\nci.yml:4:1: this key stands here twice',
    );
    expect(() => readCiDocument('a: 1\n'.repeat(50), 'ci.yml')).toThrow('and 39 more');
  });
});
