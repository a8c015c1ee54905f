// One CI file as YAML nodes, with aliases and merge keys followed. Values are never built whole: a bomb has nothing to blow up.
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml';
import { plainLine } from '../outcome/plain-text.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { findTwinKeys } from '../policy/twin-keys.ts';
import type { CiPlace } from './ci-names.ts';

export interface CiDocument {
  readonly file: string;
  readonly root: YAMLMap;
  readonly placeOf: (node: Node) => CiPlace;
  /** What an alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
  /** Filled as maps are looked into. */
  readonly children: WeakMap<YAMLMap, ReadonlyMap<string, unknown>>;
}

/** A node, and the file that it stands in. */
export interface Spot {
  readonly document: CiDocument;
  readonly node: Node;
}

/** GitLab itself takes no larger file (application setting max_yaml_size_bytes). */
const largestFile = 2 * 1024 * 1024;
const mostMistakesShown = 10;
const mergeKey = '<<';

/** @throws SystemFailure with the mistakes of a file that is not YAML or not a CI file. */
export function readCiDocument(text: string, file: string): CiDocument {
  if (text.length > largestFile) {
    throw unreadable([
      `${file}: the file has ${text.length} characters; GitLab takes no more than ${largestFile}`,
    ]);
  }
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const documents = 'empty' in parsed ? [] : parsed;
  const placeAt = (offset: number): CiPlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const mistakes = documents.flatMap(({ errors, contents }) => [
    ...errors.map(({ pos, message }) => ({ ...placeAt(pos[0]), message: sayMistake(message) })),
    ...findTwinKeys(contents).map((key) => ({
      ...placeAt(key.range?.[0] ?? 0),
      message: 'this key stands here twice',
    })),
  ]);
  if (mistakes.length > 0) throw unreadable(mistakes.map((each) => `${formatPlace(each)}: ${each.message}`));
  // A header with `spec:` may stand before the jobs, as a document of its own.
  const [first, second] = documents.map(({ contents }) => contents);
  const root = isMap(first) && first.has('spec') && second !== undefined ? second : first;
  if (!isMap(root))
    throw unreadable([`${file}:1:1: this is no CI file: jobs are keys with values, and it has none`]);
  return {
    file,
    root,
    placeOf: (node) => placeAt(node.range?.[0] ?? 0),
    targets: findTargets(root),
    children: new WeakMap(),
  };
}

export function formatPlace({ file, line, column }: CiPlace): string {
  return `${file}:${line}:${column}`;
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

function findTargets(root: Node): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(root, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function isAnyNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

function sayMistake(message: string): string {
  return message.includes('call stack')
    ? 'brackets or indents are nested too deep to be read'
    : plainLine(message);
}

function unreadable(mistakes: readonly string[]): SystemFailure {
  const unique = [...new Set(mistakes)];
  const hidden = unique.length - mostMistakesShown;
  const more = hidden > 0 ? [`and ${hidden} more`] : [];
  return new SystemFailure(
    'ci-file-unreadable',
    ['The CI file cannot be read:', ...unique.slice(0, mostMistakesShown), ...more].join('\n'),
  );
}
