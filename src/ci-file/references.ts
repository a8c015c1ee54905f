// `!reference [.job, key, …]`: what it names, if that is in these files. GitLab looks it up in the merged pipeline, after `extends`.
import { isMap, isSeq, type Node, visit } from 'yaml';
import { hasTag, itemsOf, resolveAlias, spotText } from './ci-nodes.ts';
import type { Spot } from './ci-tree.ts';
import { type Layers, lookUp } from './merged-view.ts';
import { layersOf } from './values/job-layers.ts';

/** A path may lead through another !reference, which is found one turn earlier. */
const maxTurns = 10;

/** From here on whoever follows a node follows its !reference too. */
export function linkReferences(pipeline: Layers): void {
  let open = pipeline.flatMap(referencesIn);
  for (let turn = 0; turn < maxTurns && open.length > 0; turn += 1) {
    const before = open.length;
    open = open.filter((spot) => {
      const target = findTarget(spot, pipeline);
      if (target === null) return true;
      spot.document.references.set(spot.node, target);
      return false;
    });
    if (open.length === before) return;
  }
}

function referencesIn({ document, node }: Spot): readonly Spot[] {
  const found: Spot[] = [];
  visit(node, {
    Seq: (_, list) => {
      if (list.tag === '!reference') found.push({ document, node: list });
    },
  });
  return found;
}

/** null: it is not in these files, or is put together from several places. */
function findTarget(spot: Spot, pipeline: Layers): Spot | null {
  const [name, ...keys] = itemsOf(spot).map(spotText);
  if (name == null || keys.length === 0) return null;
  let layers = layersOf(name, pipeline);
  for (const key of keys) layers = key === null ? [] : step(layers, key);
  const [first, ...more] = layers;
  if (first === undefined || first.node === spot.node) return null;
  return isMap(first.node) && more.length > 0 ? null : first;
}

function step(layers: Layers, key: string): Layers {
  const [first] = layers;
  if (first === undefined || !isSeq(first.node) || hasTag(first.node)) return lookUp(layers, key);
  const item: unknown = /^\d+$/.test(key) ? first.node.items[Number(key)] : undefined;
  return item === undefined ? [] : [resolveAlias({ document: first.document, node: item as Node })];
}
