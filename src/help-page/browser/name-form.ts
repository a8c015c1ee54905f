// The box for a name: it is checked while it is typed, announced to screen readers once typing pauses, and kept in the address.
import { type DeepLink, readDeepLink, writeDeepLink } from '../deep-link.ts';
import { isWholeFile, readPastedName } from '../pasted-name.ts';
import { find } from './elements.ts';

/** Shows what is said about a question, and returns the words to announce. */
type Answer = (question: DeepLink | null) => string;

/** Asks from outside: fills the box, and the answer is announced at once. */
type Ask = (question: DeepLink) => void;

/** Short enough to feel immediate, long enough to check a word typed fast only once. */
const evaluateAfterMilliseconds = 120;
/** Announcing each letter would talk over the typing. */
const announceAfterMilliseconds = 900;
/** More than any valid name; browsers cut or refuse addresses of megabytes. */
const maxAddressLength = 1000;

/** `checkText` takes what somebody pastes that is more than a name. */
export function connectNameForm(answer: Answer, checkText: (text: string) => void): Ask {
  const form = find('check-form', HTMLFormElement);
  const name = find('name', HTMLInputElement);
  const announcement = find('announcement', HTMLElement);
  let evaluationTimer = 0;
  let announceTimer = 0;

  const evaluate = (question: DeepLink | null, announceAfter: number): void => {
    clearTimeout(evaluationTimer);
    clearTimeout(announceTimer);
    const words = answer(question);
    announcement.textContent = '';
    announceTimer = setTimeout(() => {
      announcement.textContent = words;
      if (question !== null) rememberInAddress(question);
    }, announceAfter);
  };
  const read = (): DeepLink | null => {
    const image = readPastedName(name.value);
    return image === '' ? null : { image, kind: readKind(form), policyHash: null };
  };

  form.hidden = false;
  form.addEventListener('input', () => {
    clearTimeout(evaluationTimer);
    evaluationTimer = setTimeout(
      () => evaluate(read(), announceAfterMilliseconds),
      evaluateAfterMilliseconds,
    );
  });
  name.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!isWholeFile(text)) return;
    event.preventDefault();
    find('file-text', HTMLTextAreaElement).focus();
    checkText(text);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    evaluate(read(), 0);
  });
  return (question) => {
    name.value = question.image;
    find(`kind-${question.kind}`, HTMLInputElement).checked = true;
    evaluate(question, 0);
    find('check', HTMLElement).scrollIntoView({ block: 'nearest' });
  };
}

function readKind(form: HTMLFormElement): DeepLink['kind'] {
  return new FormData(form).get('kind') === 'service' ? 'service' : 'image';
}

/** So that the address can be sent to somebody. Replaced, not pushed: each letter would be a step back. */
function rememberInAddress(question: DeepLink): void {
  if (question.image.length > maxAddressLength) return;
  const known = readDeepLink(location.hash);
  if (known?.image === question.image && known.kind === question.kind) return;
  history.replaceState(null, '', writeDeepLink(question));
}
