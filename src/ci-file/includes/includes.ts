// A CI file and the local files that it includes, strongest first. What lies elsewhere is named, never passed over.
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { createEffort, readCiDocument } from '../ci-document.ts';
import { childOf, itemsOf, resolveAlias, spotText } from '../ci-nodes.ts';
import type { CiDocument, Effort, Spot } from '../ci-tree.ts';
import type { UnresolvedList } from '../unresolved-list.ts';
import { isIncludePattern } from './include-pattern.ts';

/** GitLab's own limit for a pipeline (application setting ci_max_includes). */
const maxIncludes = 150;

/** What GitLab asks of an included file's name. */
const isYamlName = /.\.ya?ml$/i;

/** The files of the repository, by their paths from its top. `why`: a clause that says why there is none. */
export interface LocalFiles {
  read(path: string): string | { readonly why: string };
  /** The files that a pattern (`ci/*.yml`) stands for. */
  find(pattern: string): readonly string[] | { readonly why: string };
}

export interface CiFiles {
  /** GitLab lets a file win over what it includes, and a later include over an earlier one. */
  readonly documents: readonly CiDocument[];
}

interface IncludeOptions {
  readonly local: LocalFiles;
  readonly unresolved: UnresolvedList;
  /** Parts of their names: what cannot be read, and is known to matter to no job. */
  readonly ignoredIncludes: readonly string[];
}

interface Reading extends IncludeOptions {
  readonly documents: CiDocument[];
  readonly seen: Set<string>;
  readonly effort: Effort;
}

/** @throws SystemFailure when a file is not a CI file */
export function readWithIncludes(text: string, file: string, options: IncludeOptions): CiFiles {
  const effort = createEffort();
  const reading: Reading = { ...options, documents: [], seen: new Set([normalize(file)]), effort };
  addDocument(readCiDocument(text, file, effort), reading);
  return reading;
}

function addDocument(document: CiDocument, reading: Reading): void {
  reading.documents.push(document);
  const include = childOf({ document, node: document.root }, 'include');
  if (include === null) return;
  const entries = isSeq(include.node) ? itemsOf(include) : [include];
  for (const entry of [...entries].reverse()) addInclude(entry, reading);
}

function addInclude(entry: Spot, reading: Reading): void {
  const local = localPath(entry);
  if ('why' in local) {
    leave(entry, local, reading);
    return;
  }
  const path = normalize(local.path);
  const what = `include: ${local.path}`;
  if (/\$/.test(path)) leave(entry, { what, why: 'depends on a variable' }, reading);
  else if (path.split('/').includes('..'))
    leave(entry, { what, why: 'lies outside of the repository' }, reading);
  else if (isIncludePattern(path)) addMatching(entry, path, reading);
  else addFile(entry, path, { what, reading });
}

/** As if each file stood there, in the order of their names. No file at all is nothing to GitLab either. */
function addMatching(entry: Spot, pattern: string, reading: Reading): void {
  const what = `include: ${pattern}`;
  const found = reading.local.find(pattern);
  if ('why' in found) {
    leave(entry, { what, why: found.why }, reading);
    return;
  }
  for (const path of found.toSorted(byCodePoint).reverse()) {
    addFile(entry, path, { what: `${what}: ${path}`, reading });
  }
}

/** As git lists files: by their bytes in UTF-8, whose order is that of the code points. */
function byCodePoint(a: string, b: string): number {
  const others = codePoints(b);
  for (const [at, point] of codePoints(a).entries()) {
    const difference = point - (others[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const codePoints = (text: string): readonly number[] =>
  Array.from(text, (character) => character.codePointAt(0) ?? 0);

function addFile(
  entry: Spot,
  path: string,
  { what, reading }: { readonly what: string; readonly reading: Reading },
): void {
  if (reading.seen.has(path)) return;
  if (!isYamlName.test(path))
    leave(entry, { what, why: 'is not called .yml or .yaml, so GitLab does not take it' }, reading);
  else if (reading.seen.size > maxIncludes)
    leave(entry, { what, why: `is more than GitLab's ${maxIncludes} files` }, reading);
  else {
    reading.seen.add(path);
    const text = reading.local.read(path);
    if (typeof text === 'string') addDocument(readCiDocument(text, path, reading.effort), reading);
    else leave(entry, { what, why: text.why }, reading);
  }
}

function localPath(entry: Spot): { readonly path: string } | { readonly what: string; readonly why: string } {
  const { document, node } = entry;
  const text = spotText(entry);
  if (text !== null) {
    if (!/^https?:\/\//i.test(text)) return { path: text };
    return { what: `include: ${text}`, why: 'is fetched by GitLab; check that file by itself' };
  }
  const local = childOf(entry, 'local');
  const path = local === null ? null : spotText(local);
  if (path !== null) return { path };
  return {
    what: `include: ${describeInclude({ document, node })}`,
    why: 'is fetched by GitLab; check that file by itself',
  };
}

function describeInclude(entry: Spot): string {
  if (!isMap(entry.node)) return '(unreadable)';
  const fields = entry.node.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !['remote', 'template', 'project', 'file', 'component'].includes(String(key.value)))
      return [];
    const text = spotText(resolveAlias({ document: entry.document, node: value as Node }));
    return text === null ? [] : [`${String(key.value)} ${text}`];
  });
  return fields.length === 0 ? '(nothing that is known here)' : fields.join(', ');
}

function leave(
  { document, node }: Spot,
  { what, why }: { what: string; why: string },
  { unresolved, ignoredIncludes }: Reading,
): void {
  if (ignoredIncludes.some((text) => what.includes(text))) return;
  unresolved.add({ ...document.placeOf(node), what, why, isInclude: true });
}

/** `/ci/a.yml`, `./ci/a.yml` and `ci//a.yml` are one file. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
