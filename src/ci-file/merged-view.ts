// Several files and templates as GitLab merges them: a stack of maps, the strongest first.
import { isMap } from 'yaml';
import { childOf, keysOf } from './ci-nodes.ts';
import type { Spot } from './ci-tree.ts';

/** Maps that say the same key in turn; the first that has it wins, and maps below it add what it leaves out. */
export type Layers = readonly Spot[];

/** What the layers say of a key, down to the first that is no map: that one ends the merge. */
export function lookUp(layers: Layers, key: string): Layers {
  const found: Spot[] = [];
  for (const layer of layers) {
    const value = childOf(layer, key);
    if (value === null) continue;
    if (found.length > 0 && !isMap(value.node)) break;
    found.push(value);
    if (!isMap(value.node)) break;
  }
  return found;
}

/** The strongest value of a key. */
export function strongest(layers: Layers, key: string): Spot | null {
  return lookUp(layers, key)[0] ?? null;
}

export function allKeys(layers: Layers): readonly string[] {
  return [...new Set(layers.flatMap(keysOf))];
}
