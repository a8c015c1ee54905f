// Every image and service name in a .gitlab-ci.yml with its place, and everything that may hold one and cannot be read here.
import { isMap, isScalar, isSeq } from 'yaml';
import type { ImageKind } from '../admission/verdict.ts';
import { plainLine } from '../outcome/plain-text.ts';
import { formatPlace } from './ci-document.ts';
import type { CiNames, FoundName } from './ci-names.ts';
import { childOf, hasTag, itemsOf, type Spot, textOf } from './ci-nodes.ts';
import { type ReadLocal, readWithIncludes } from './includes.ts';
import { findJobs } from './job-layers.ts';
import { type Layers, lookUp, strongest } from './merged-view.ts';
import { createUnresolvedList, type UnresolvedList } from './unresolved-list.ts';
import { expandName, type VariableValues, valuesOf } from './variable-values.ts';

export interface FindNamesRequest {
  readonly text: string;
  /** Path from the top of the repository. */
  readonly file: string;
  readonly readLocal: ReadLocal;
  /** Values for variables that GitLab would bring. */
  readonly given?: ReadonlyMap<string, string>;
}

interface Search {
  readonly names: Map<string, FoundName>;
  readonly unresolved: UnresolvedList;
}

/** @throws SystemFailure when a file is not a CI file */
export function findNames({ text, file, readLocal, given = new Map() }: FindNamesRequest): CiNames {
  const search: Search = { names: new Map(), unresolved: createUnresolvedList() };
  const { documents } = readWithIncludes(text, file, { readLocal, unresolved: search.unresolved });
  const pipeline = documents.map((document) => ({ document, node: document.root }));
  const jobs = findJobs(pipeline, search.unresolved);
  const defaults = [...lookUp(pipeline, 'default'), ...pipeline];
  searchJob('default', defaults, valuesOf([], pipeline, given), search);
  for (const { name, layers, isTrigger } of jobs) {
    if (isTrigger) searchTrigger(name, layers, search);
    else searchJob(name, layers, valuesOf(layers, pipeline, given), search);
  }
  return { names: sortByPlace([...search.names.values()]), unresolved: sortByPlace(search.unresolved.all()) };
}

function searchJob(job: string, layers: Layers, values: VariableValues, search: Search): void {
  const image = nameSpot(lookUp(layers, 'image'));
  if (image !== null) searchName(image, { job, kind: 'image', key: 'image' }, values, search);
  const services = strongest(layers, 'services');
  if (services === null) return;
  if (!isSeq(services.node) || hasTag(services.node)) {
    leave(services, `${job}: services`, whyUnread(services, 'is no plain list'), search);
    return;
  }
  for (const service of itemsOf(services)) {
    const spot = nameSpot([service]);
    if (spot !== null) searchName(spot, { job, kind: 'service', key: 'services' }, values, search);
  }
}

/** The name as written: the text itself, or `name:` of the strongest map that has one. */
function nameSpot(layers: Layers): Spot | null {
  const [first] = layers;
  if (first === undefined) return null;
  if (!isMap(first.node)) return first;
  const named = layers.find((layer) => !isMap(layer.node) || childOf(layer, 'name') !== null);
  if (named === undefined) return null;
  return isMap(named.node) ? childOf(named, 'name') : named;
}

function searchName(
  spot: Spot,
  { job, kind, key }: { job: string; kind: ImageKind; key: string },
  values: VariableValues,
  search: Search,
): void {
  const text = textOf(spot);
  if (text === null || hasTag(spot.node)) {
    if (isScalar(spot.node) && !hasTag(spot.node)) return;
    leave(spot, `${job}: ${key}`, whyUnread(spot, 'is no plain name'), search);
    return;
  }
  const expansion = expandName(text, values);
  if ('why' in expansion) {
    leave(spot, `${job}: ${key}: ${plainLine(text)}`, expansion.why, search);
    return;
  }
  for (const name of expansion.names) {
    const found = { ...spot.document.placeOf(spot.node), name, kind, job };
    const id = `${formatPlace(found)} ${kind} ${name}`;
    // Jobs that share a template ask for the same name at the same place.
    if (!search.names.has(id)) search.names.set(id, found);
  }
}

function whyUnread({ node }: Spot, otherwise: string): string {
  return node.tag === '!reference' ? 'is a !reference, which is not followed' : otherwise;
}

function searchTrigger(job: string, layers: Layers, search: Search): void {
  const trigger = strongest(layers, 'trigger');
  if (trigger !== null && isMap(trigger.node) && childOf(trigger, 'include') !== null) {
    leave(trigger, `${job}: trigger: include`, 'is a pipeline of its own; check its file by itself', search);
  }
}

function leave({ document, node }: Spot, what: string, why: string, { unresolved }: Search): void {
  unresolved.add({ ...document.placeOf(node), what, why });
}

/** In the order of each file; files in the order in which they were met. */
function sortByPlace<T extends { file: string; line: number; column: number }>(
  found: readonly T[],
): readonly T[] {
  const files = [...new Set(found.map(({ file }) => file))];
  return found.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
