// The jobs of a pipeline, each with the templates that it extends.
import { isMap, isSeq } from 'yaml';
import { plainLine } from '../../text/plain-text.ts';
import type { CiPlace } from '../ci-names.ts';
import { itemsOf, placeOfKey, spotText } from '../ci-nodes.ts';
import { allKeys, type Layers, lookUp, strongest } from '../merged-view.ts';
import { createUnresolvedList, type UnresolvedList } from '../unresolved-list.ts';

export interface CiJob {
  readonly name: string;
  readonly layers: Layers;
  /** It starts another pipeline, and runs no image. */
  readonly isTrigger: boolean;
  /** Where its name stands. */
  readonly place: CiPlace;
  /** Something that it extends is not in these files. */
  readonly hasGaps: boolean;
}

/** Keys at the top that are no jobs (docs.gitlab.com/ci/yaml). */
const noJobs = new Set([
  'default',
  'include',
  'stages',
  'types',
  'variables',
  'workflow',
  'spec',
  'image',
  'services',
  'cache',
  'before_script',
  'after_script',
]);

/** GitLab allows eleven levels; one more shows a circle. */
const maxExtendsDepth = 12;

/** Templates (`.name`) that a job extends stand in that job; the others stand for themselves. */
export function findJobs(pipeline: Layers, unresolved: UnresolvedList): readonly CiJob[] {
  const names = allKeys(pipeline).filter(
    (name) => !noJobs.has(name) && isMap(strongest(pipeline, name)?.node),
  );
  const extended = new Set<string>();
  const jobs = names.map((name) => {
    const gaps: string[] = [];
    const layers = extendLayers(name, { pipeline, unresolved, extended, gaps, met: new Set(), path: [] });
    return {
      name,
      layers,
      isTrigger: strongest(layers, 'trigger') !== null,
      place: placeOfJob(name, pipeline),
      hasGaps: gaps.length > 0,
    };
  });
  return jobs.filter(({ name }) => !name.startsWith('.') || !extended.has(name));
}

/** A job or template with all that it extends, for whoever refers to it. */
export function layersOf(name: string, pipeline: Layers): Layers {
  const lists = { unresolved: createUnresolvedList(), gaps: [], extended: new Set<string>() };
  return extendLayers(name, { ...lists, pipeline, met: new Set(), path: [] });
}

interface Extending {
  readonly pipeline: Layers;
  readonly unresolved: UnresolvedList;
  /** What this job extends and is not there. */
  readonly gaps: string[];
  /** Everything that any job extends. */
  readonly extended: Set<string>;
  /** What this job has met already: met again it stands weaker, and adds nothing. */
  readonly met: Set<string>;
  readonly path: readonly string[];
}

/** A job's own maps, then those of its parents, the last named first. */
function extendLayers(name: string, extending: Extending): Layers {
  const { pipeline, unresolved, extended, met } = extending;
  const own = lookUp(pipeline, name);
  const parents = strongest(own, 'extends');
  if (parents === null) return own;
  const path = [...extending.path, name];
  const named = isSeq(parents.node) ? itemsOf(parents) : [parents];
  const inherited = [...named].reverse().flatMap((spot) => {
    const parent = spotText(spot) ?? '(unreadable)';
    const why = whyNot(parent, pipeline, path);
    if (why !== null) {
      extending.gaps.push(parent);
      unresolved.add({
        ...spot.document.placeOf(spot.node),
        what: `${name}: extends: ${plainLine(parent)}`,
        why,
      });
      return [];
    }
    extended.add(parent);
    if (met.has(parent)) return [];
    met.add(parent);
    return extendLayers(parent, { ...extending, path });
  });
  return [...own, ...inherited];
}

function whyNot(parent: string, pipeline: Layers, path: readonly string[]): string | null {
  if (path.includes(parent)) return 'is a circle';
  if (path.length >= maxExtendsDepth) return `goes deeper than GitLab's ${maxExtendsDepth - 1} levels`;
  return lookUp(pipeline, parent).length === 0 ? 'is not in these files' : null;
}

function placeOfJob(name: string, pipeline: Layers): CiPlace {
  const place = pipeline.map((spot) => placeOfKey(spot, name)).find((each) => each !== null);
  return place ?? { file: '', line: 1, column: 1 };
}
