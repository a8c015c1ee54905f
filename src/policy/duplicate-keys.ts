// Keys that stand twice in one map: only one of them can count, and nobody can say which was meant. The YAML library
// looks for them too, but compares each with each, which takes minutes where a file has a hundred thousand.
import { isScalar, type Node, visit } from 'yaml';

/** The second of each two. */
export function findDuplicateKeys(contents: Node | null): readonly Node[] {
  const duplicates: Node[] = [];
  if (contents === null) return duplicates;
  visit(contents, {
    Map: (_, map) => {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (keys.has(name)) duplicates.push(key);
        keys.add(name);
      }
    },
  });
  return duplicates;
}
