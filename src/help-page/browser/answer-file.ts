// The answer on a whole file: shown, and as words to announce; mistakes of the file included.
import type { Evaluator } from '../../admission/evaluate.ts';
import { type FileMistake, SystemFailure } from '../../outcome/system-failure.ts';
import { announceFile } from '../file-card.ts';
import type { PageData } from '../published-policy.ts';
import { checkFile } from './check-file.ts';
import type { FileAnswer, FileQuestion } from './file-form.ts';
import { showFile, showUnreadable } from './show-file.ts';

/** A quarter of what GitLab takes: a browser reads it in about a second, and answers nothing meanwhile. */
const maxLength = 512 * 1024;

export async function answerFile(
  question: FileQuestion,
  evaluate: Evaluator,
  data: PageData,
): Promise<FileAnswer | null> {
  const { length } = question.text;
  if (length > maxLength)
    return tell('This file is too large for this page', [describeLength(question.text)]);
  try {
    const card = await checkFile(question, evaluate, data);
    if (card === null) return null;
    showFile(card, data);
    return { announcement: announceFile(card), variables: card.openEnds.variables };
  } catch (error) {
    if (error instanceof SystemFailure) return tell('This file cannot be read', error.mistakes);
    tell('This page failed at the file', [
      { ...start, message: 'the mistake is in this page; please tell its operators' },
    ]);
    throw error;
  }
}

const start = { file: '', line: 1, column: 1 };

function describeLength(text: string): FileMistake {
  const line = text.slice(0, maxLength).split('\n').length;
  const message = `up to here it could be read, which is ${maxLength} characters; the file has ${text.length}. \`gitlab-pod-executor check --ci-file\` takes larger ones`;
  return { ...start, line, message };
}

function tell(title: string, mistakes: readonly FileMistake[]): FileAnswer {
  showUnreadable(title, mistakes);
  const [first] = mistakes;
  const words = first === undefined ? '' : ` Line ${first.line}: ${first.message}.`;
  return { announcement: `${title}.${words}`, variables: [] };
}
