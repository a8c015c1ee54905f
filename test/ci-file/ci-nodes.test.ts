import { describe, expect, it } from 'vitest';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';
import { childOf, itemsOf, keysOf, placeOfKey, spotText } from '../../src/ci-file/ci-nodes.ts';
import type { Spot } from '../../src/ci-file/ci-tree.ts';

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

  it('sees through merge keys', () => {
    const c = child(top, 'c');

    expect([...keysOf(c)].sort()).toEqual(['w', 'x', 'y', 'z']);
    expect(['w', 'x', 'y', 'z'].map((key) => spotText(child(c, key)))).toEqual(['5', '1', '2', '4']);
    expect(childOf(c, 'none')).toBeNull();
  });

  it('merges pair by pair, as Ruby does', () => {
    const { d, e, f, g } = Object.fromEntries(
      ['d', 'e', 'f', 'g'].map((key) => {
        const map = child(
          spotOf(`
.a: &a {x: a}
.b: &b {x: b, y: b}
.l: &l [*a, *b]
d: {x: d, <<: *a}
e: {<<: *a, x: e}
f: {<<: *a, <<: *b}
g: {<<: *l, y: g}
`),
          key,
        );
        return [key, ['x', 'y'].map((each) => spotText(childOf(map, each) ?? { ...map }) ?? null)];
      }),
    );

    expect({ d, e, f, g }).toEqual({ d: ['a', null], e: ['e', null], f: ['b', 'b'], g: [null, 'g'] });
  });

  it('knows where a key stands', () => {
    expect(placeOfKey(top, 'list')).toEqual({ file: 'ci.yml', line: 5, column: 1 });
    expect(placeOfKey(child(top, 'c'), 'x')).toBeNull();
  });

  it('each map and item that is walked over counts, so that no file takes forever', () => {
    const text = 'list: [a, b, c]\nmap: {<<: [{x: 1}, {y: 2}]}\n';
    const walks: readonly ((spot: Spot) => unknown)[] = [
      (spot) => itemsOf(child(spot, 'list')),
      (spot) => keysOf(child(spot, 'map')),
      (spot) => childOf(child(spot, 'map'), 'x'),
    ];
    for (const walk of walks) {
      const document = readCiDocument(text, 'ci.yml', { stepsLeft: 4 });
      expect(() => walk({ document, node: document.root })).toThrow(/ci\.yml:\d:\d+: to work this out takes/);
      const ample = readCiDocument(text, 'ci.yml', { stepsLeft: 8 });
      expect(() => walk({ document: ample, node: ample.root })).not.toThrow();
    }
  });

  it('flattens lists', () => {
    expect(itemsOf(child(top, 'more')).map(spotText)).toEqual(['one', 'two', 'three']);
  });

  it('knows where a node stands, also behind an alias', () => {
    const x = child(child(top, 'c'), 'x');

    expect(x.document.placeOf(x.node)).toEqual({ file: 'ci.yml', line: 2, column: 12 });
  });
});
