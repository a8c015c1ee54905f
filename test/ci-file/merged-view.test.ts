import { describe, expect, it } from 'vitest';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';
import { spotText } from '../../src/ci-file/ci-nodes.ts';
import { allKeys, lookUp, strongest } from '../../src/ci-file/merged-view.ts';

const layers = ['a: {x: 1}\nb: text\n', 'a: {y: 2}\nb: {z: 3}\nc: 1\n', 'a: text\n'].map((text) => {
  const document = readCiDocument(text, 'ci.yml');
  return { document, node: document.root };
});

describe('layers of CI files', () => {
  it('layers merge maps down to the first value that is none', () => {
    expect(lookUp(layers, 'a')).toHaveLength(2);
    expect(allKeys(lookUp(layers, 'a'))).toEqual(['x', 'y']);
    expect(lookUp(layers, 'b')).toHaveLength(1);
  });

  it('layers have the strongest value of each key', () => {
    expect(['b', 'c'].map((key) => spotText(strongest(layers, key)!))).toEqual(['text', '1']);
    expect(strongest(layers, 'none')).toBeNull();
  });
});
