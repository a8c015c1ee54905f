// Walking a CI file node by node, through aliases and merge keys. Values are never built whole: a bomb has nothing to blow up.
import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import type { CiDocument } from './ci-document.ts';

const mergeKey = '<<';

/** A node, and the file that it stands in. */
export interface Spot {
  readonly document: CiDocument;
  readonly node: Node;
}

/** Follows an alias to its anchor. */
export function follow({ document, node }: Spot): Spot {
  let target = node;
  // An alias can stand for an alias; a circle cannot be written, for an anchor comes before its alias.
  while (isAlias(target)) {
    const next = document.targets.get(target);
    if (next === undefined) break;
    target = next;
  }
  return { document, node: target };
}

/** The value of a key: the map's own, else of the maps that it merges (`<<: *name`). */
export function childOf(spot: Spot, key: string): Spot | null {
  for (const { document, node } of withMerged(spot)) {
    const own = childrenOf(node, document);
    if (!own.has(key)) continue;
    const child = own.get(key);
    return isAnyNode(child) ? follow({ document, node: child }) : null;
  }
  return null;
}

/** The keys of a map and of the maps that it merges. */
export function keysOf(spot: Spot): readonly string[] {
  const keys = withMerged(spot).flatMap(({ document, node }) => [...childrenOf(node, document).keys()]);
  return [...new Set(keys)].filter((key) => key !== mergeKey);
}

/** A map's own pairs by key; made once, for a file may have a hundred thousand jobs. */
function childrenOf(node: YAMLMap, { children }: CiDocument): ReadonlyMap<string, unknown> {
  const known = children.get(node);
  if (known !== undefined) return known;
  const made = new Map<string, unknown>();
  for (const { key, value } of node.items) if (isScalar(key)) made.set(String(key.value), value);
  children.set(node, made);
  return made;
}

/** The items of a list, followed; GitLab flattens lists in lists, which is how an alias adds several. */
export function itemsOf(spot: Spot, seen: Set<Node> = new Set()): readonly Spot[] {
  const { document, node } = spot;
  if (!isSeq(node) || seen.has(node)) return [];
  seen.add(node);
  return node.items.flatMap((item) => {
    if (!isAnyNode(item)) return [];
    const followed = follow({ document, node: item });
    return isSeq(followed.node) && !hasTag(followed.node) ? itemsOf(followed, seen) : [followed];
  });
}

/** The text of a scalar; null: it is not one, or it is empty. */
export function textOf({ node }: Spot): string | null {
  if (!isScalar(node)) return null;
  const { value } = node;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : null;
}

/** `!reference [.job, key]`, or a tag of another tool. */
export function hasTag(node: Node): boolean {
  return node.tag?.startsWith('!') === true;
}

/** A map and all that it merges, nearest first; each once, so that a bomb of merges stays as small as its text. */
function withMerged(
  { document, node }: Spot,
  seen: Set<Node> = new Set(),
): readonly { document: CiDocument; node: YAMLMap }[] {
  if (!isMap(node) || seen.has(node)) return [];
  seen.add(node);
  const merge = childrenOf(node, document).get(mergeKey);
  if (!isAnyNode(merge)) return [{ document, node }];
  const target = follow({ document, node: merge });
  const merged = isSeq(target.node) ? itemsOf(target) : [target];
  return [{ document, node }, ...merged.flatMap((each) => withMerged(each, seen))];
}

function isAnyNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}
