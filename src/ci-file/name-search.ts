// What a search through CI files has found so far, each place and name once.
import { isAlias, isScalar, isSeq } from 'yaml';
import type { ImageKind } from '../admission/verdict.ts';
import { plainLine } from '../text/plain-text.ts';
import { formatPlace } from './ci-document.ts';
import { type FoundName, type ImagelessJob, isHiddenJob } from './ci-names.ts';
import { hasTag, spotText } from './ci-nodes.ts';
import type { Spot } from './ci-tree.ts';
import type { UnresolvedList } from './unresolved-list.ts';
import type { JobWays } from './values/job-ways.ts';
import { expandName } from './values/variable-values.ts';

export interface NameSearch {
  readonly names: Map<string, FoundName>;
  /** By job. */
  readonly imageless: Map<string, ImagelessJob>;
  readonly unresolved: UnresolvedList;
}

export interface Asker {
  readonly job: string;
  readonly kind: ImageKind;
  readonly ways: JobWays;
}

/** Where the name of the image is empty in some way of the job, the job is one without an image. */
export function searchName(spot: Spot, { job, kind, ways }: Asker, search: NameSearch): void {
  const key = kind === 'image' ? 'image' : 'services';
  const text = spotText(spot);
  if (text === null || hasTag(spot.node)) {
    if (isScalar(spot.node) && !hasTag(spot.node)) return;
    leave(
      spot,
      `${job}: ${key}`,
      whyUnread(spot, isSeq(spot.node) ? 'is a list, and GitLab takes one name' : 'is no plain name'),
      search,
    );
    return;
  }
  const { names, whys } = expandName(text, ways);
  for (const { why, variable } of whys) {
    const place = spot.document.placeOf(spot.node);
    const missing = variable === undefined ? {} : { variable };
    search.unresolved.add({ ...place, what: `${job}: ${key}: ${plainLine(text)}`, why, ...missing });
  }
  for (const name of names) {
    const place = spot.document.placeOf(spot.node);
    if (name.trim() === '') {
      // A service without a name is left out of the job.
      if (kind === 'image') search.imageless.set(job, { ...place, job, doubt: null });
      continue;
    }
    const found = { ...place, name, kind, job };
    const id = `${formatPlace(found)} ${kind} ${name}`;
    // Jobs that share a template ask for the same name at the same place.
    const known = search.names.get(id);
    if (known === undefined || (isHiddenJob(known.job) && !isHiddenJob(job))) search.names.set(id, found);
  }
}

export function leave({ document, node }: Spot, what: string, why: string, { unresolved }: NameSearch): void {
  unresolved.add({ ...document.placeOf(node), what, why });
}

export function whyUnread({ node }: Spot, otherwise: string): string {
  if (isAlias(node)) return 'takes an anchor that is not in its file, and GitLab refuses the file for it';
  return node.tag === '!reference' ? 'is a !reference to what is not in these files' : otherwise;
}
