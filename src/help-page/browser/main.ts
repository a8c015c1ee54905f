// The page's script: checks what is typed, pasted or linked to with the executor's own matcher.
import { createEvaluator, type Evaluator } from '../../admission/evaluate.ts';
import { readDeepLink } from '../deep-link.ts';
import type { PageData } from '../published-policy.ts';
import { answerFile } from './answer-file.ts';
import { copyOnClick } from './copy.ts';
import { find } from './elements.ts';
import { connectFileForm } from './file-form.ts';
import { connectNameForm } from './name-form.ts';
import { connectSearch } from './search.ts';
import { clearFile } from './show-file.ts';
import { clearVerdict, showVerdict } from './show-verdict.ts';

const data = JSON.parse(find('page-data', HTMLScriptElement).text) as PageData;

if (document.getElementById('search') !== null) connectSearch();
if (document.getElementById('check-file') !== null) {
  const evaluate = createEvaluator(data.policy, null);
  const checkText = connectFileForm((question) => answerFile(question, evaluate, data), clearFile);
  if (document.getElementById('check') !== null) {
    connectName(evaluate, checkText);
    offerRequest();
  }
}

function connectName(evaluate: Evaluator, checkText: (text: string) => void): void {
  const answer = (question: ReturnType<typeof readDeepLink>): string => {
    if (question !== null) return showVerdict(evaluate(question.image, question.kind), question, data);
    clearVerdict(data);
    return '';
  };
  const ask = connectNameForm(answer, checkText);
  const followLink = (): void => {
    const question = readDeepLink(location.hash);
    if (question !== null) ask(question);
  };
  followLink();
  addEventListener('hashchange', followLink);
}

function offerRequest(): void {
  const button = find('copy-request', HTMLButtonElement);
  const field = find('request', HTMLTextAreaElement);
  copyOnClick(button, { text: () => field.value, result: find('copy-result', HTMLElement), field });
  button.hidden = false;
}
