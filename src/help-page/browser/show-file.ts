// What the page says about a whole file, as elements: the answer, what to change, what is not checked, what is allowed.
import type { FileMistake } from '../../outcome/system-failure.ts';
import type { FileCard } from '../file-card.ts';
import type { FileEntry } from '../file-entries.ts';
import type { FileRemark, OpenEnds } from '../file-remarks.ts';
import type { PageData } from '../published-policy.ts';
import { writeSharedRequest } from '../request-text.ts';
import { code, find, make, sign } from './elements.ts';
import { goToPlace } from './file-text.ts';
import { fillName, makeAnswer, makeMarked, signs } from './show-verdict.ts';

export function clearFile(): void {
  find('file-result', HTMLElement).replaceChildren();
}

export function showFile(card: FileCard, data: PageData): void {
  const { refused, unused, allowed, openEnds, notes } = card;
  show(
    card,
    make('p', { class: 'asked' }, card.summary),
    ...makeList(
      '',
      refused.map((entry) => makeRefused(entry, data)),
    ),
    ...makeSharedRequest(refused, data),
    ...makeOpenEnds(openEnds),
    ...makeList('Not allowed, in templates that no job here uses', unused.map(makeNoted)),
    ...notes.map((sentence) => make('p', { class: 'quiet' }, sentence)),
    ...makeAllowed(allowed, refused.length === 0),
  );
}

/** A file that cannot be read: nothing of it was checked. */
export function showUnreadable(title: string, mistakes: readonly FileMistake[]): void {
  const remarks = mistakes.map(({ line, column, message }) =>
    makeRemark({ line, column, text: `${message}.` }),
  );
  show({ tone: 'rejected', title }, ...makeList('', remarks));
}

function show({ tone, title }: Pick<FileCard, 'tone' | 'title'>, ...contents: readonly HTMLElement[]): void {
  const heading = make('h3', { class: 'verdict-title' }, sign(signs[tone]), title);
  const card = make('div', { class: `verdict ${tone}` }, heading, ...contents);
  find('file-result', HTMLElement).replaceChildren(card);
}

function makeRefused(entry: FileEntry, data: PageData): HTMLElement {
  const { card, question } = entry;
  const ask = make('a', { href: '#ask' }, 'How to ask for it');
  ask.addEventListener('click', () => fillName(question, data));
  return make(
    'li',
    { class: 'entry' },
    make('p', { class: 'entry-title' }, ...makeName(entry)),
    makePlaces(entry),
    ...makeAnswer(card),
    ...(card.isWorthAsking && question !== null ? [make('p', {}, ask)] : []),
  );
}

/** Who moves a project here asks once. */
function makeSharedRequest(refused: readonly FileEntry[], data: PageData): readonly HTMLElement[] {
  const askable = refused.filter(({ card }) => card.isWorthAsking);
  const questions = askable.flatMap(({ question }) => question ?? []);
  if (questions.length < 2) return [];
  const link = make('a', { href: '#ask' }, `How to ask for all ${questions.length} of them`);
  link.addEventListener('click', () => {
    fillName(null, data);
    find('request', HTMLTextAreaElement).value = writeSharedRequest(questions, data.policy.hash);
  });
  return [make('p', {}, link)];
}

function makeName({ card, question }: FileEntry): readonly (Node | string)[] {
  if (card.name === '') return [card.title];
  return [code(card.name), ...(question?.kind === 'service' ? [' (service)'] : [])];
}

/** Nobody walks through more of them. */
const maxPlaces = 12;

function makePlaces({ places }: FileEntry): HTMLElement {
  const shown = places.slice(0, maxPlaces).flatMap(({ job, ...place }, index) => {
    const ofJob = job === 'default' ? ' of the default' : ` of ${job}`;
    return [...(index === 0 ? [] : [', ']), makePlace(place), ofJob];
  });
  const hidden = places.length - maxPlaces;
  return make('p', { class: 'places' }, ...shown, ...(hidden > 0 ? [` and ${hidden} more`] : []));
}

function makePlace(place: { readonly line: number; readonly column: number }): HTMLElement {
  const button = make(
    'button',
    { type: 'button', class: 'place' },
    `line ${place.line}, column ${place.column}`,
  );
  button.addEventListener('click', () => goToPlace(place));
  return button;
}

function makeOpenEnds({ unresolved, overridden, advice }: OpenEnds): readonly HTMLElement[] {
  return [
    ...makeList('Not checked', unresolved.map(makeRemark)),
    ...advice.map((sentence) => make('p', {}, ...makeMarked(sentence))),
    ...makeList('Does not count', overridden.map(makeRemark)),
  ];
}

function makeRemark({ text, ...place }: FileRemark): HTMLElement {
  return make('li', { class: 'remark' }, makePlace(place), ': ', ...makeMarked(text));
}

function makeList(title: string, items: readonly HTMLElement[]): readonly HTMLElement[] {
  if (items.length === 0) return [];
  return [
    ...(title === '' ? [] : [make('h4', { class: 'list-title' }, title)]),
    make('ul', { class: 'entries' }, ...items),
  ];
}

/** Folded where something else is to be read first. */
function makeAllowed(allowed: readonly FileEntry[], isAll: boolean): readonly HTMLElement[] {
  if (allowed.length === 0) return [];
  const items = allowed.map(makeNoted);
  if (isAll) return makeList('Allowed', items);
  const list = makeList('', items);
  return [make('details', { class: 'folded' }, make('summary', {}, `${allowed.length} allowed`), ...list)];
}

/** Nothing has to be done about it. */
function makeNoted(entry: FileEntry): HTMLElement {
  const why = make('p', { class: 'quiet' }, ...makeMarked(entry.card.reasons.join(' ')));
  const name = make('p', { class: 'entry-title' }, ...makeName(entry));
  return make('li', { class: 'entry' }, name, makePlaces(entry), why);
}
