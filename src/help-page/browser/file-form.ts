// The box for a whole file: it is checked when it is pasted, dropped, opened or changed, and when somebody asks.
import { find, make } from './elements.ts';
import { fitRows } from './file-text.ts';

export interface FileQuestion {
  readonly text: string;
  /** Values that the reader knows of variables that the file does not set. */
  readonly given: ReadonlyMap<string, string>;
  /** Asked between slices of work: whoever types on wants another answer. */
  readonly isWanted: () => boolean;
}

export interface FileAnswer {
  readonly announcement: string;
  /** Variables to ask the reader for. */
  readonly variables: readonly string[];
}

/** Shows what is said about a file. null: nobody wants it any more. */
type Answer = (question: FileQuestion) => Promise<FileAnswer | null>;

/** A pause in typing. */
const checkAfterMilliseconds = 500;
/** Longer files are checked at once when they come, and on the button; not after each change. */
const maxLengthWhileTyping = 100_000;

/** @returns what takes a text from elsewhere on the page. */
export function connectFileForm(answer: Answer, clear: () => void): (text: string) => void {
  const form = find('file-form', HTMLFormElement);
  const area = find('file-text', HTMLTextAreaElement);
  const announcement = find('file-announcement', HTMLElement);
  let timer = 0;
  let latest = 0;

  const check = async (): Promise<void> => {
    clearTimeout(timer);
    latest += 1;
    const mine = latest;
    const isWanted = (): boolean => mine === latest;
    if (area.value.trim() === '') {
      showVariableFields([]);
      clear();
      return;
    }
    const answered = await answer({ text: area.value, given: readGiven(), isWanted });
    if (answered === null || !isWanted()) return;
    showVariableFields(answered.variables);
    // Emptied first, so that the same answer is told again.
    announcement.textContent = '';
    setTimeout(() => {
      announcement.textContent = answered.announcement;
    }, 0);
  };
  /** Somebody who asks looks for the answer; somebody who types, for what they type. */
  const checkAndShow = async (): Promise<void> => {
    await check();
    find('file-result', HTMLElement).scrollIntoView({ block: 'nearest' });
  };
  const take = (text: string): void => {
    area.value = text;
    fitRows(area);
    void checkAndShow();
  };

  revealBox();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void checkAndShow();
  });
  form.addEventListener('input', (event) => {
    if (event.target === area) fitRows(area);
    const isPasted = event instanceof InputEvent && /^insertFrom/.test(event.inputType);
    clearTimeout(timer);
    if (isPasted) void checkAndShow();
    else if (area.value.length <= maxLengthWhileTyping)
      timer = setTimeout(() => void check(), checkAfterMilliseconds);
  });
  takeFiles(area, take);
  return take;
}

/** A link to the box came too early to find it. */
function revealBox(): void {
  const box = find('check-file', HTMLElement);
  box.hidden = false;
  if (location.hash === `#${box.id}`) box.scrollIntoView();
}

/** From the button, and where one is dropped: browsers would leave the page for it. */
function takeFiles(area: HTMLTextAreaElement, take: (text: string) => void): void {
  const opener = find('file-open', HTMLInputElement);
  const read = (file: File | undefined): void => {
    if (file !== undefined) void file.text().then(take);
  };
  opener.addEventListener('change', () => read(opener.files?.[0]));
  area.addEventListener('dragover', (event) => event.preventDefault());
  area.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    event.preventDefault();
    read(file);
  });
}

function variableInputs(): readonly HTMLInputElement[] {
  return [...find('file-variable-fields', HTMLElement).querySelectorAll('input')];
}

function readGiven(): ReadonlyMap<string, string> {
  const filled = variableInputs().filter(({ value }) => value.trim() !== '');
  return new Map(filled.map(({ name, value }) => [name, value.trim()]));
}

/** A field that is filled in stays, and so does the one that somebody is typing in. */
function showVariableFields(missing: readonly string[]): void {
  const fields = find('file-variable-fields', HTMLElement);
  for (const input of variableInputs()) {
    const isNeeded = missing.includes(input.name) || input.value !== '' || input === document.activeElement;
    if (!isNeeded) input.closest('label')?.remove();
  }
  const shown = new Set(variableInputs().map(({ name }) => name));
  for (const name of missing) if (!shown.has(name)) fields.append(makeField(name));
  find('file-variables', HTMLElement).hidden = fields.childElementCount === 0;
}

function makeField(name: string): HTMLElement {
  const attributes = { name, type: 'text', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' };
  const input = make('input', { ...attributes, class: 'field code-field' });
  return make('label', { class: 'variable' }, make('code', {}, `$${name}`), input);
}
