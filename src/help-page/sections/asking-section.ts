// "How to ask": the operator's contact, and a request that needs little more than a reason.
import { type Html, html, nothing } from '../html.ts';
import { type Paragraph, readOperatorText, type TextPart } from '../operator-text.ts';
import type { PublishedPolicy } from '../published-policy.ts';
import { writeRequest } from '../request-text.ts';

export function renderAsking({ rejection, hash }: PublishedPolicy): Html {
  return html`<section id="ask" class="part" aria-labelledby="ask-title">
<h2 id="ask-title">How to ask for an image</h2>
<div id="contact" class="words">${rejection.contact === undefined ? askWhoRunsGitLab : renderOperatorText(rejection.contact, hash)}</div>
<label class="label request-label" for="request">A request to copy and complete</label>
<textarea id="request" class="field code-field request" rows="9" readonly spellcheck="false">
${writeRequest({ question: null, policyHash: hash })}</textarea>
<p><button id="copy-request" type="button" class="screen-only" hidden>Copy the request</button> <span id="copy-result" role="status"></span></p>
</section>`;
}

/** The operator's message, set apart as theirs. */
export function renderMessage({ rejection, hash }: PublishedPolicy): Html {
  if (rejection.message === undefined) return nothing;
  return html`<aside class="operators card" aria-labelledby="operators-title">
<h2 id="operators-title" class="operators-title">From the operators</h2>
<div id="message" class="words">${renderOperatorText(rejection.message, hash)}</div>
</aside>`;
}

const askWhoRunsGitLab = html`<p>Ask the people who run this GitLab or its runners.</p>`;

/** Until a name is checked, there is none to fill in. */
function renderOperatorText(text: string, policyHash: string): Html {
  return html`${readOperatorText(text, { question: null, policyHash }).map(renderParagraph)}`;
}

function renderParagraph(paragraph: Paragraph): Html {
  return html`<p>${paragraph.map(renderPart)}</p>`;
}

export const renderPart = (part: TextPart): Html =>
  part.kind === 'link' ? html`<a href="${part.url}" rel="noreferrer">${part.text}</a>` : html`${part.text}`;
