// What the page says about a CI file that was checked: first what has to change, then what nobody can see from here, then the rest.
// In sentences, names and patterns stand between backticks.
import type { CheckedName, Remarks } from '../check/check-report.ts';
import type { ImagelessJob } from '../ci-file/ci-names.ts';
import { describeDefaultImage, type FileEntry, groupByName, isUsed } from './file-entries.ts';
import { describeOpenEnds } from './file-remarks.ts';
import type { PageData } from './published-policy.ts';
import type { VerdictCard } from './verdict-card.ts';

/** What was found in a file. */
export interface CheckedFile {
  readonly checked: readonly CheckedName[];
  readonly remarks: Remarks;
  readonly imageless: readonly ImagelessJob[];
  /** Names that were left out, because there are too many. */
  readonly uncheckedCount: number;
}

export interface FileCard {
  readonly tone: VerdictCard['tone'];
  readonly title: string;
  readonly summary: string;
  readonly refused: readonly FileEntry[];
  /** Not allowed, and only in templates that no job of the file uses: GitLab's merged configuration keeps all of them. */
  readonly unused: readonly FileEntry[];
  readonly allowed: readonly FileEntry[];
  readonly notes: readonly string[];
  readonly openEnds: ReturnType<typeof describeOpenEnds>;
}

/** Who has more has one mistake many times, and reads no longer list. */
const maxEntries = 100;

export function describeFile(file: CheckedFile, data: PageData): FileCard {
  const entries = [...groupByName(file.checked, data), ...describeDefaultImage(file.imageless, data)];
  const hasJobs = file.imageless.length > 0 || entries.some(isUsed);
  const notAllowed = entries.filter(({ card }) => card.tone !== 'allowed');
  // A file of nothing but templates is one for others to include: there they count.
  const refused = notAllowed.filter((entry) => !hasJobs || isUsed(entry));
  const unused = notAllowed.filter((entry) => !refused.includes(entry));
  const allowed = entries.filter(({ card }) => card.tone === 'allowed');
  const counts = {
    allowed: allowed.length,
    rejected: refused.filter(({ card }) => card.tone === 'rejected').length,
    partly: refused.filter(({ card }) => card.tone === 'partly').length,
    open: file.remarks.unresolved.length + file.uncheckedCount,
  };
  return {
    ...headline(counts),
    summary: summarize(counts),
    refused: refused.slice(0, maxEntries),
    unused: unused.slice(0, maxEntries),
    allowed: allowed.slice(0, maxEntries),
    notes: describeRest(file, { refused, allowed }, data),
    openEnds: describeOpenEnds(file.remarks),
  };
}

/** For a screen reader: the answer, and where to begin. */
export function announceFile({ title, summary, refused }: FileCard): string {
  const [first] = refused;
  const [place] = first?.places ?? [];
  const begin =
    place === undefined
      ? ''
      : ` The first is ${first?.card.name || 'a job without an image'}, line ${place.line}.`;
  return `${title}. ${summary}${begin}`;
}

interface Counts {
  readonly allowed: number;
  readonly rejected: number;
  readonly partly: number;
  readonly open: number;
}

function headline({ allowed, rejected, partly, open }: Counts): Pick<FileCard, 'tone' | 'title'> {
  if (rejected > 0) return { tone: 'rejected', title: 'Some jobs would be refused' };
  if (partly > 0) return { tone: 'partly', title: 'Not for every project' };
  if (allowed === 0) return { tone: 'partly', title: 'Nothing that can be checked here' };
  if (open > 0) return { tone: 'partly', title: 'Allowed, as far as this page can see' };
  return { tone: 'allowed', title: 'Every name is allowed' };
}

function summarize({ allowed, rejected, partly, open }: Counts): string {
  if (allowed + rejected + partly + open === 0)
    return 'The file has no job, and names no image and no service.';
  const parts = [
    ...(allowed > 0 ? [`${allowed} allowed`] : []),
    ...(rejected > 0 ? [`${rejected} not allowed`] : []),
    ...(partly > 0 ? [`${partly} for some projects only`] : []),
    ...(open > 0 ? [`${open} not checked`] : []),
  ];
  return `${parts.join(', ')}.`;
}

function describeRest(
  { uncheckedCount }: CheckedFile,
  { refused, allowed }: { readonly refused: readonly FileEntry[]; readonly allowed: readonly FileEntry[] },
  { hasUnlistedRules }: PageData,
): readonly string[] {
  return [
    ...(refused.length > maxEntries ? [`${refused.length - maxEntries} more are not allowed.`] : []),
    ...(allowed.length > maxEntries ? [`${allowed.length - maxEntries} more are allowed.`] : []),
    ...(uncheckedCount > 0
      ? [`The file stands for too many names: ${uncheckedCount} of them were not checked.`]
      : []),
    ...(hasUnlistedRules && refused.length > 0
      ? ['Some projects may use more than this page lists; the log of a refused job has the full answer.']
      : []),
  ];
}
