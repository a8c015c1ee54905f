// Every image and service name in a .gitlab-ci.yml with its place, and everything that may hold one and cannot be read here.
import { isMap, isScalar, isSeq } from 'yaml';
import { type CiNames, isHiddenJob } from './ci-names.ts';
import { childOf, hasTag, itemsOf, spotText } from './ci-nodes.ts';
import type { Spot } from './ci-tree.ts';
import { type LocalFiles, readWithIncludes } from './includes/includes.ts';
import { type Layers, lookUp, strongest } from './merged-view.ts';
import { leave, type NameSearch, searchName, whyUnread } from './name-search.ts';
import { overriddenKeys } from './overridden-keys.ts';
import { linkReferences } from './references.ts';
import { createUnresolvedList } from './unresolved-list.ts';
import { inherits } from './values/inherit.ts';
import { type CiJob, findJobs } from './values/job-layers.ts';
import { type JobWays, jobWays, type OutsideValues } from './values/job-ways.ts';

export interface FindNamesInput {
  readonly text: string;
  /** Path from the top of the repository. */
  readonly file: string;
  readonly local: LocalFiles;
  readonly given?: OutsideValues['given'];
  readonly environment?: OutsideValues['environment'];
  /** Includes that cannot be read and have one of these in their names are known to bring no image. */
  readonly ignoredIncludes?: readonly string[];
}

/** @throws SystemFailure when a file is not a CI file */
export function findNames({
  text,
  file,
  local,
  given = new Map(),
  environment = new Map(),
  ignoredIncludes = [],
}: FindNamesInput): CiNames {
  const search: NameSearch = { names: new Map(), imageless: new Map(), unresolved: createUnresolvedList() };
  const { documents } = readWithIncludes(text, file, {
    local,
    ignoredIncludes,
    unresolved: search.unresolved,
  });
  const isWhole = search.unresolved.all().length === 0;
  const pipeline = documents.map((document) => ({ document, node: document.root }));
  linkReferences(pipeline);
  const jobs = findJobs(pipeline, search.unresolved);
  const defaults = [...lookUp(pipeline, 'default'), ...pipeline];
  const waysOf = (layers: Layers): JobWays => jobWays(layers, pipeline, { given, environment });
  searchDefaults({ defaults, jobs, waysOf }, search);
  for (const job of jobs) {
    if (job.isTrigger) searchTrigger(job, search);
    else searchJob(job, { defaults, isWhole, ways: waysOf(job.layers) }, search);
  }
  return {
    names: sortByPlace([...search.names.values()]),
    imageless: sortByPlace([...search.imageless.values()]),
    unresolved: sortByPlace(search.unresolved.all()),
    overridden: documents.flatMap(overriddenKeys),
  };
}

interface Defaults {
  readonly defaults: Layers;
  readonly jobs: readonly CiJob[];
  readonly waysOf: (layers: Layers) => JobWays;
}

/** With variables in it, a default is another one to each job that takes it over; else it is listed once, as the default. */
function searchDefaults({ defaults, jobs, waysOf }: Defaults, search: NameSearch): void {
  for (const kind of ['image', 'service'] as const) {
    const key = kind === 'image' ? 'image' : 'services';
    const heirs = jobs.filter((job) => !job.isTrigger && !isHidden(job) && isInherited(job, key, defaults));
    for (const spot of key === 'image' ? imageOf(defaults) : servicesOf('default', defaults, search)) {
      const isShared = heirs.length === 0 || spotText(spot)?.includes('$') !== true;
      const askers = isShared ? [{ name: 'default', layers: [] }] : heirs;
      for (const { name: job, layers } of askers)
        searchName(spot, { job, kind, ways: waysOf(layers) }, search);
    }
  }
}

function searchJob(
  job: CiJob,
  { defaults, isWhole, ways }: { defaults: Layers; isWhole: boolean; ways: JobWays },
  search: NameSearch,
): void {
  const { name, layers } = job;
  for (const spot of imageOf(layers)) searchName(spot, { job: name, kind: 'image', ways }, search);
  for (const spot of servicesOf(name, layers, search))
    searchName(spot, { job: name, kind: 'service', ways }, search);
  if (isWhole && !job.hasGaps && !isHidden(job)) leaveNameless(job, search);
  const hasImage = imageOf(isInherited(job, 'image', defaults) ? defaults : layers).length > 0;
  if (hasImage || isHidden(job) || search.imageless.has(name)) return;
  const doubt = isWhole && !job.hasGaps ? null : 'may get one from what is not resolved';
  search.imageless.set(name, { ...job.place, job: name, doubt });
}

/** `image: {nmae: ruby}`: the name of a map may come from a template, and here none has it. */
function leaveNameless({ name, layers }: CiJob, search: NameSearch): void {
  const maps = lookUp(layers, 'image');
  const [image] = maps;
  if (image !== undefined && nameSpot(maps) === null) leave(image, `${name}: image`, noName, search);
}

/** Does the job take the default's? `image: ~` is no image. */
function isInherited({ layers }: CiJob, key: 'image' | 'services', defaults: Layers): boolean {
  const own = key === 'image' ? imageOf(layers).length > 0 : strongest(layers, 'services') !== null;
  return !own && strongest(defaults, key) !== null && inherits(layers, 'default', key);
}

const noName = 'has no `name`, and GitLab refuses the file for it';

/** The name as written, or none: the text itself, or `name:` of the strongest map that has one. */
function imageOf(layers: Layers): readonly Spot[] {
  const spot = nameSpot(lookUp(layers, 'image'));
  return spot === null || (isScalar(spot.node) && !hasTag(spot.node) && spotText(spot) === null)
    ? []
    : [spot];
}

function servicesOf(job: string, layers: Layers, search: NameSearch): readonly Spot[] {
  const services = strongest(layers, 'services');
  if (services === null) return [];
  if (isSeq(services.node) && !hasTag(services.node)) {
    return itemsOf(services).flatMap((service) => {
      const spot = nameSpot([service]);
      if (spot === null) leave(service, `${job}: services`, noName, search);
      return spot ?? [];
    });
  }
  const isEmpty = isScalar(services.node) && spotText(services) === null;
  if (!isEmpty)
    leave(services, `${job}: services`, whyUnread(services, 'is no list, and GitLab takes no other'), search);
  return [];
}

function nameSpot(layers: Layers): Spot | null {
  const [first] = layers;
  if (first === undefined) return null;
  if (!isMap(first.node)) return first;
  const named = layers.find((layer) => !isMap(layer.node) || childOf(layer, 'name') !== null);
  if (named === undefined) return null;
  return isMap(named.node) ? childOf(named, 'name') : named;
}

function searchTrigger({ name, layers }: CiJob, search: NameSearch): void {
  const trigger = strongest(layers, 'trigger');
  if (trigger !== null && isMap(trigger.node) && childOf(trigger, 'include') !== null) {
    leave(trigger, `${name}: trigger: include`, 'is a pipeline of its own; check its file by itself', search);
  }
}

const isHidden = ({ name }: CiJob): boolean => isHiddenJob(name);

/** In the order of each file; files in the order in which they were met. */
function sortByPlace<T extends { file: string; line: number; column: number }>(
  found: readonly T[],
): readonly T[] {
  const files = [...new Set(found.map(({ file }) => file))];
  return found.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
