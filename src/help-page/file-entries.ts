// The names of a CI file, each with its verdict and with all the places that ask for it.
import type { CheckedName } from '../check/check-report.ts';
import { type CiPlace, type ImagelessJob, isHiddenJob } from '../ci-file/ci-names.ts';
import { plainLine } from '../text/plain-text.ts';
import type { PageData } from './published-policy.ts';
import { describeVerdict, shorten, type VerdictCard } from './verdict-card.ts';

/** One name, with the places that ask for it. */
export interface FileEntry {
  readonly card: VerdictCard;
  /** To ask about it alone; null: it is no name. */
  readonly question: Pick<CheckedName['verdict'], 'image' | 'kind'> | null;
  readonly places: readonly FilePlace[];
}

export interface FilePlace extends Pick<CiPlace, 'line' | 'column'> {
  readonly job: string;
}

/** Does a job ask for it, or only a template? */
export const isUsed = ({ places }: FileEntry): boolean => places.some(({ job }) => !isHiddenJob(job));

export function groupByName(checked: readonly CheckedName[], data: PageData): readonly FileEntry[] {
  // Map.groupBy is younger than the browsers that the page is built for.
  const groups = new Map<string, CheckedName[]>();
  for (const each of checked) {
    const name = `${each.verdict.kind} ${each.verdict.image}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return [...groups.values()].flatMap((group): readonly FileEntry[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { image, kind } = first.verdict;
    // What holds for all of them is said once, below the list.
    const alone = { ...data, hasUnlistedRules: false };
    const card = describeVerdict(first.verdict, { image, kind, policyHash: null }, alone);
    const places = group.flatMap(({ found }) => (found === null ? [] : [placeOf(found)]));
    return [{ card, question: image === '' ? null : { image, kind }, places }];
  });
}

/** The jobs that the file gives no image run as well, where the runner has one for them. */
export function describeDefaultImage(
  imageless: readonly ImagelessJob[],
  { policy }: PageData,
): readonly FileEntry[] {
  const places = imageless.filter(({ doubt }) => doubt === null).map(placeOf);
  const image = policy.default_image;
  if (image === undefined || places.length === 0) return [];
  const card: VerdictCard = {
    tone: 'allowed',
    title: 'The default image',
    name: shorten(plainLine(image)),
    understood: null,
    warning: null,
    reasons: ['Jobs without `image:` run in this runner’s default image.'],
    suggestion: null,
    notes: [],
    isWorthAsking: false,
  };
  return [{ card, question: null, places }];
}

function placeOf({ line, column, job }: CiPlace & { readonly job: string }): FilePlace {
  return { line, column, job: shorten(plainLine(job)) };
}
