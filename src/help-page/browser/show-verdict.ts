// A verdict on the page: the card, and below it the operator's words and the request with the name filled in.
import type { Suggestion, Verdict } from '../../admission/verdict.ts';
import type { DeepLink } from '../deep-link.ts';
import { readMarkedText } from '../marked-text.ts';
import { type Blanks, readOperatorText, type TextPart } from '../operator-text.ts';
import type { PageData } from '../published-policy.ts';
import { writeRequest } from '../request-text.ts';
import { announce, describeVerdict, type VerdictCard } from '../verdict-card.ts';
import { copyOnClick } from './copy.ts';
import { code, find, make, sign } from './elements.ts';

export const signs: Readonly<Record<VerdictCard['tone'], string>> = {
  allowed: 'M5 12.5l4.5 4.5L19 7.5',
  partly: 'M12 5v8.5M12 18.9v.1',
  rejected: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
};

/** @returns what it shows as a text for screen readers. */
export function showVerdict(verdict: Verdict, question: DeepLink, data: PageData): string {
  const card = describeVerdict(verdict, question, data);
  find('verdict', HTMLElement).replaceChildren(makeCard(card));
  fillName(card.isWorthAsking ? question : null, data);
  return announce(card);
}

export function clearVerdict(data: PageData): void {
  find('verdict', HTMLElement).replaceChildren();
  fillName(null, data);
}

/** Into the operators' words and the request. */
export function fillName(question: Blanks['question'], { policy }: PageData): void {
  const blanks = { question, policyHash: policy.hash };
  const { message, contact } = policy.rejection;
  if (message !== undefined)
    find('message', HTMLElement).replaceChildren(...makeOperatorText(message, blanks));
  if (contact !== undefined)
    find('contact', HTMLElement).replaceChildren(...makeOperatorText(contact, blanks));
  find('request', HTMLTextAreaElement).value = writeRequest(blanks);
}

function makeOperatorText(text: string, blanks: Blanks): readonly HTMLElement[] {
  return readOperatorText(text, blanks).map((paragraph) => make('p', {}, ...paragraph.map(makePart)));
}

function makePart(part: TextPart): Node | string {
  return part.kind === 'link' ? make('a', { href: part.url, rel: 'noreferrer' }, part.text) : part.text;
}

function makeCard(card: VerdictCard): HTMLElement {
  const understood =
    card.understood === null ? [] : [make('span', { class: 'quiet' }, ' in full ', code(card.understood))];
  return make(
    'div',
    { class: `verdict ${card.tone}` },
    make('h3', { class: 'verdict-title' }, sign(signs[card.tone]), card.title),
    make('p', { class: 'asked' }, code(card.name), ...understood),
    ...(card.warning === null ? [] : [make('p', { class: 'warning' }, card.warning)]),
    ...makeAnswer(card),
    ...(card.isWorthAsking ? [make('p', {}, make('a', { href: '#ask' }, 'How to ask for it'))] : []),
  );
}

/** Why, what instead, and what else there is to know. */
export function makeAnswer({ reasons, suggestion, notes }: VerdictCard): readonly HTMLElement[] {
  return [
    ...reasons.map((sentence) => make('p', {}, ...makeMarked(sentence))),
    ...(suggestion === null ? [] : [makeSuggestion(suggestion)]),
    ...notes.map((sentence) => make('p', { class: 'quiet' }, ...makeMarked(sentence))),
  ];
}

function makeSuggestion({ text, use }: Suggestion): HTMLElement {
  const words = make('span', {}, ...makeMarked(text));
  if (use === null) return make('p', { class: 'suggestion' }, words);
  const button = make(
    'button',
    { class: 'small-button screen-only', type: 'button' },
    'Copy',
    make('span', { class: 'unseen' }, ` ${use}`),
  );
  const result = make('span', { role: 'status' });
  copyOnClick(button, { text: () => use, result });
  return make('p', { class: 'suggestion' }, words, button, result);
}

export function makeMarked(sentence: string): readonly (Node | string)[] {
  return readMarkedText(sentence).map(({ text, isCode }) => (isCode ? code(text) : text));
}
