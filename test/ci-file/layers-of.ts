// A CI file's text as the layers that its readers take, for tests.
import { readCiDocument } from '../../src/ci-file/ci-document.ts';
import { childOf } from '../../src/ci-file/ci-nodes.ts';
import type { Layers } from '../../src/ci-file/merged-view.ts';

/** The value of `job`, or of another key. */
export function layersOf(text: string, key = 'job'): Layers {
  const document = readCiDocument(text, 'ci.yml');
  const found = childOf({ document, node: document.root }, key);
  return found === null ? [] : [found];
}
