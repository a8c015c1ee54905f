// Where a value is written out, behind aliases (`*name`) and merge keys (`<<`): the text that a reader has to look at.
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import type { KeyPath } from './problem.ts';

/** null: there is none. */
export function definitionOf(document: Document, path: KeyPath): Node | null {
  let node = behindAliases(document, document.contents);
  for (const key of path) {
    if (!isMap(node)) return null;
    node = behindAliases(document, lookUp(document, node, String(key)));
  }
  return node;
}

/** A key of the map itself wins over those that it merges. `seen`: a map may merge itself by a detour. */
function lookUp(document: Document, map: YAMLMap, key: string, seen = new Set<Node>()): unknown {
  const own = pairOf(map, key);
  if (own !== undefined) return own.value;
  seen.add(map);
  const merged = behindAliases(document, pairOf(map, '<<')?.value);
  const sources: readonly unknown[] = isSeq(merged) ? merged.items : [merged];
  for (const each of sources) {
    const source = behindAliases(document, each);
    const value = isMap(source) && !seen.has(source) ? lookUp(document, source, key, seen) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

const pairOf = ({ items }: YAMLMap, key: string) =>
  items.find((pair) => isScalar(pair.key) && nameOf(pair.key.value) === key);

/** The library reads a merge key as a symbol. */
const nameOf = (key: unknown): string => (typeof key === 'symbol' ? (key.description ?? '') : String(key));

function behindAliases(document: Document, node: unknown): Node | null {
  if (isAlias(node)) return node.resolve(document) ?? null;
  return isMap(node) || isSeq(node) || isScalar(node) ? node : null;
}
