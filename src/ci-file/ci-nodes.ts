// Walking a CI file node by node, through aliases and merge keys. Values are never built whole: a bomb has nothing to blow up.
// Nothing here calls itself: a file may chain a hundred thousand anchors.

import { isAlias, isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import type { CiPlace } from './ci-names.ts';
import type { CiDocument, Placed, Spot } from './ci-tree.ts';
import { unreadable } from './includes/unreadable.ts';
import { indexOf, isAnyNode } from './map-index.ts';
import { scalarText } from './values/scalar-text.ts';

/** Far more than anybody writes; a file of nothing but merges would take minutes. */
const maxMerged = 1000;

/** GitLab's own limit for a !reference to a !reference. */
const maxReferenceDepth = 10;

/** Follows an alias to its anchor, and a `!reference` to what it names if that is in these files. */
export function resolveAlias(spot: Spot): Spot {
  let { document, node } = spot;
  let references = 0;
  for (;;) {
    // An alias can stand for an alias; a circle cannot be written, for an anchor comes before its alias.
    const anchored = isAlias(node) ? document.targets.get(node) : undefined;
    const named = document.references.get(node);
    if (anchored !== undefined) node = anchored;
    else if (named !== undefined && references < maxReferenceDepth) {
      references += 1;
      ({ document, node } = named);
    } else return { document, node };
  }
}

/**
 * The value of a key as Ruby merges: pair by pair, so that a `<<` wins over the same key before it and gives way to one after
 * it. Of several maps under one `<<` the first that has the key wins.
 */
export function childOf(spot: Spot, key: string): Spot | null {
  const { document } = spot;
  type Step = { readonly answer: unknown } | { readonly map: Node };
  const open: Step[] = [{ map: spot.node }];
  const seen = new Set<Node>();
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    spend(spot, 1);
    if ('answer' in step)
      return isAnyNode(step.answer) ? resolveAlias({ document, node: step.answer }) : null;
    if (!isNewMap(step.map, seen, spot)) continue;
    const { own, merges } = indexOf(step.map, document);
    const mine = own.get(key);
    if (mine !== undefined) open.push({ answer: mine.value });
    const stronger = merges.filter(({ at }) => mine === undefined || at > mine.at);
    for (const map of mergedMaps(stronger, document).reverse()) open.push({ map });
  }
  return null;
}

/** Where a map itself has a key; null: it has not. */
export function placeOfKey({ document, node }: Spot, key: string): CiPlace | null {
  const own = isMap(node) ? indexOf(node, document).own.get(key) : undefined;
  return own === undefined ? null : document.placeOf(own.key);
}

/** The keys of a map and of the maps that it merges. */
export function keysOf(spot: Spot): readonly string[] {
  const { document } = spot;
  const keys = new Set<string>();
  const seen = new Set<Node>();
  const open = [spot.node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    spend(spot, 1);
    if (!isNewMap(next, seen, spot)) continue;
    const { own, merges } = indexOf(next, document);
    for (const key of own.keys()) keys.add(key);
    for (const map of mergedMaps(merges, document).reverse()) open.push(map);
  }
  return [...keys];
}

/** The items of a list, followed; GitLab flattens lists in lists, which is how an alias or a !reference adds several. */
export function itemsOf(spot: Spot): readonly Spot[] {
  const { document, node } = spot;
  const items: Spot[] = [];
  const seen = new Set<Node>([node]);
  const open = itemSpots(node, document);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    spend(spot, 1);
    const followed = resolveAlias(next);
    if (!isSeq(followed.node) || hasTag(followed.node)) items.push(followed);
    else if (!seen.has(followed.node)) {
      seen.add(followed.node);
      for (const inner of itemSpots(followed.node, followed.document)) open.push(inner);
    }
  }
  return items;
}

/**
 * Everything that a file can make many of is paid for: maps, items, ways of a job.
 * @throws SystemFailure when nothing is left
 */
export function spend({ document, node }: Spot, steps: number): void {
  const { effort, placeOf } = document;
  effort.stepsLeft -= steps;
  if (effort.stepsLeft >= 0) return;
  const message =
    'to work this out takes too long: merges, lists, templates or matrices of the file multiply beyond what a pipeline needs';
  throw unreadable([{ ...placeOf(node), message }]);
}

/** The last first. */
function itemSpots(node: Node, document: CiDocument): Spot[] {
  const nodes = isSeq(node) ? node.items.filter(isAnyNode) : [];
  return nodes.reverse().map((item) => ({ document, node: item }));
}

/** The text of a scalar; null: it is not one, or it says nothing. */
export function spotText({ node }: Spot): string | null {
  return scalarText(node);
}

/** `!reference [.job, key]`, or a tag of another tool. */
export function hasTag(node: Node): boolean {
  return node.tag?.startsWith('!') === true;
}

/** @throws SystemFailure when there are more than anybody would write */
function isNewMap(node: Node, seen: Set<Node>, { document, node: start }: Spot): node is YAMLMap {
  if (!isMap(node) || seen.has(node)) return false;
  seen.add(node);
  if (seen.size <= maxMerged) return true;
  throw unreadable([
    { ...document.placeOf(start), message: `this merges (\`<<\`) more than ${maxMerged} others` },
  ]);
}

/** Under each `<<` a map, or a list of maps that is written there: an alias of a list merges nothing in Ruby. */
function mergedMaps(merges: readonly Placed[], document: CiDocument): Node[] {
  return merges
    .flatMap(({ value }) => (isSeq(value) ? value.items : [value]))
    .filter(isAnyNode)
    .map((node) => resolveAlias({ document, node }).node);
}
