// Checks a CI file in the reader's browser, in slices, so that the page never stops answering.
import type { Evaluator } from '../../admission/evaluate.ts';
import type { Verdict } from '../../admission/verdict.ts';
import { checkCiNames } from '../../check/check-ci-names.ts';
import type { FoundName } from '../../ci-file/ci-names.ts';
import { findNames } from '../../ci-file/find-names.ts';
import { describeFile, type FileCard } from '../file-card.ts';
import type { PageData } from '../published-policy.ts';
import type { FileQuestion } from './file-form.ts';

/** A list of ten thousand patterns takes a tenth of a second to say why a name is not on it. */
const maxNames = 1000;
/** A frame at sixty a second is drawn in between. */
const sliceMilliseconds = 12;

const elsewhere = { why: 'is another file of the repository, which this page cannot see' };
const localFiles = { read: () => elsewhere, find: () => elsewhere };

/**
 * @returns null: nobody wants it any more
 * @throws SystemFailure with the mistakes of a file that cannot be read
 */
export async function checkFile(
  { text, given, isWanted }: FileQuestion,
  evaluate: Evaluator,
  data: PageData,
): Promise<FileCard | null> {
  const found = findNames({ text, file: '.gitlab-ci.yml', local: localFiles, given });
  const verdicts = await evaluateInSlices(found.names, evaluate, isWanted);
  if (verdicts === null) return null;
  const names = found.names.filter((name) => verdicts.has(idOf(name)));
  const known: Evaluator = (image, kind) =>
    verdicts.get(idOf({ name: image, kind })) ?? evaluate(image, kind);
  const { checked, remarks } = checkCiNames({ ...found, names }, known, data.policy);
  const uncheckedCount = found.names.length - names.length;
  return describeFile({ checked, remarks, imageless: found.imageless, uncheckedCount }, data);
}

async function evaluateInSlices(
  names: readonly FoundName[],
  evaluate: Evaluator,
  isWanted: () => boolean,
): Promise<ReadonlyMap<string, Verdict> | null> {
  const verdicts = new Map<string, Verdict>();
  let sliceEnd = performance.now() + sliceMilliseconds;
  for (const found of names) {
    const id = idOf(found);
    if (verdicts.has(id) || verdicts.size >= maxNames) continue;
    verdicts.set(id, evaluate(found.name, found.kind));
    if (performance.now() < sliceEnd) continue;
    await nextTask();
    if (!isWanted()) return null;
    sliceEnd = performance.now() + sliceMilliseconds;
  }
  return verdicts;
}

const idOf = ({ name, kind }: Pick<FoundName, 'name' | 'kind'>): string => `${kind} ${name}`;

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
