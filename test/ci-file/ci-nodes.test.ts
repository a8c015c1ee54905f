import { describe, expect, it } from 'vitest';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';
import { childOf, itemsOf, keysOf, type Spot, textOf } from '../../src/ci-file/ci-nodes.ts';

function spotOf(text: string): Spot {
  const document = readCiDocument(text, 'ci.yml');
  return { document, node: document.root };
}

describe('the nodes of a CI file', () => {
  const top = spotOf(`
.a: &a {x: 1, y: 2}
.b: &b {x: 3, <<: *a}
c: {<<: [*b, {z: 4}], w: 5}
list: &l [one, [two]]
more: [*l, three]
`);
  const child = (spot: Spot, key: string) => childOf(spot, key) ?? expect.fail(`there is no ${key}`);

  it('sees through merge keys, a map before what it merges', () => {
    const c = child(top, 'c');

    expect(keysOf(c)).toEqual(['w', 'x', 'y', 'z']);
    expect(['w', 'x', 'y', 'z'].map((key) => textOf(child(c, key)))).toEqual(['5', '3', '2', '4']);
    expect(childOf(c, 'none')).toBeNull();
  });

  it('flattens lists', () => {
    expect(itemsOf(child(top, 'more')).map(textOf)).toEqual(['one', 'two', 'three']);
  });

  it('knows where a node stands, also behind an alias', () => {
    const x = child(child(top, 'c'), 'x');

    expect(x.document.placeOf(x.node)).toEqual({ file: 'ci.yml', line: 3, column: 12 });
  });
});
