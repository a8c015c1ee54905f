// The pairs of a YAML map by key, with what it merges.

import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import type { CiDocument, MapIndex, Placed } from './ci-tree.ts';
import { keyText } from './values/scalar-text.ts';

/** Made once, for a file may have a hundred thousand jobs. */
export function indexOf(map: YAMLMap, { indexes }: CiDocument): MapIndex {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  const own = new Map<string, Placed & { readonly key: Node }>();
  const merges: Placed[] = [];
  for (const [at, { key, value }] of map.items.entries()) {
    const name = keyText(key);
    if (name === '<<') merges.push({ at, value });
    else if (name !== null && isScalar(key)) own.set(name, { at, key, value });
  }
  const made = { own, merges: merges.reverse() };
  indexes.set(map, made);
  return made;
}

export function isAnyNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}
