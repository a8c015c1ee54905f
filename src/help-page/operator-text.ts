// The operator's own words, as paragraphs of plain text and links, with placeholders filled. No markup, and no other schemes.
import { fillPlaceholders } from '../policy/schema/values/placeholders.ts';
import type { DeepLink } from './deep-link.ts';

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

export type Paragraph = readonly TextPart[];

// Found before anything is filled in, so that no name can make an address or change where one leads.
// Quotes, angle brackets and backticks stand around addresses in prose, not in them.
const address = /https?:\/\/[^\s<>"'`]+/gi;

export interface Blanks {
  /** The name to fill in; null: none, or not a valid one. */
  readonly question: Pick<DeepLink, 'image' | 'kind'> | null;
  readonly policyHash: string;
}

/** Splits text at empty lines, finds its http and https addresses, and fills both with what the page knows. */
export function readOperatorText(text: string, blanks: Blanks): readonly Paragraph[] {
  return readParagraphs(text).map((paragraph) => paragraph.map((part) => fill(part, blanks)));
}

/** What a job log knows and this page does not is left out of an address, and explained elsewhere. */
function fill(part: TextPart, { question, policyHash }: Blanks): TextPart {
  const known = { image: question?.image ?? '', kind: question?.kind ?? 'image', policy: policyHash };
  if (part.kind === 'link') {
    const url = fillPlaceholders(part.url, { ...known, project: '', job: '' }, encodeURIComponent);
    return { kind: 'link', text: url, url };
  }
  const image = question?.image ?? 'the name of your image';
  const text = { ...known, image, project: 'your project', job: 'your job' };
  return { kind: 'text', text: fillPlaceholders(part.text, text) };
}

function readParagraphs(text: string): readonly Paragraph[] {
  return text
    .split(/\r?\n[ \t]*(?:\r?\n[ \t]*)+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map(linksIn);
}

/** Nothing is filled in. */
export function linksIn(paragraph: string): Paragraph {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of paragraph.matchAll(address)) {
    const url = withoutSentenceEnd(match[0]);
    if (!isWebAddress(url)) continue;
    if (match.index > end) parts.push({ kind: 'text', text: paragraph.slice(end, match.index) });
    parts.push({ kind: 'link', text: url, url });
    end = match.index + url.length;
  }
  if (end < paragraph.length) parts.push({ kind: 'text', text: paragraph.slice(end) });
  return parts;
}

/** A full stop, or the bracket that encloses the address, belongs to the sentence around it. */
function withoutSentenceEnd(found: string): string {
  const url = found.replace(/[.,;:!?]+$/, '');
  const last = url.at(-1);
  const opening = last === ')' ? '(' : last === ']' ? '[' : null;
  if (opening === null || url.includes(opening)) return url;
  return withoutSentenceEnd(url.slice(0, -1));
}

/** A host with a blank in it would lead where the name says, not where the operator does. */
function isWebAddress(url: string): boolean {
  const isHostBlank = /^[^/]*\/\/[^/?#]*[{}]/.test(url);
  return !isHostBlank && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
