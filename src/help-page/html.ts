// HTML that cannot be broken out of: text becomes markup only through the `html` tag, and the tag escapes every value.
import { readMarkedText } from './marked-text.ts';

/** Markup made by `html` or `scriptData`; a plain string is never taken for one. */
export interface Html {
  readonly markup: string;
}

export type HtmlValue = Html | string | number | readonly Html[];

/** Tag for markup: the literal parts are kept, strings and numbers are escaped, `Html` goes in as it is. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = literals.map((literal, index) => literal + markupOf(values[index] ?? ''));
  return { markup: parts.join('') };
}

/** No markup at all: the other branch of a condition. */
export const nothing: Html = { markup: '' };

/** A name or pattern that may wrap after its slashes. */
export function breakable(name: string): Html {
  return html`${name.split(/(?<=\/)/).map((part, index) => (index === 0 ? html`${part}` : html`<wbr>${part}`))}`;
}

/** A sentence with names and patterns between backticks. */
export function marked(sentence: string): Html {
  return html`${readMarkedText(sentence).map(({ text, isCode }) => (isCode ? html`<code>${text}</code>` : html`${text}`))}`;
}

/** A block that browsers do not run. No `<` is left in it, so nothing in the data can end the block. */
export function scriptData(id: string, data: unknown): Html {
  const json = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, asJsonEscape);
  return { markup: `${html`<script type="application/json" id="${id}">`.markup}${json}</script>` };
}

function markupOf(value: HtmlValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.replace(/[&<>"']/g, asEntity);
  if ('markup' in value) return value.markup;
  return value.map((part) => part.markup).join('');
}

function asEntity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

function asJsonEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
