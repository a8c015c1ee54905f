// Patterns as rows, each with what its braces stand for and the operator's reason.
import { expandBraces } from '../policy/pattern/expand-braces.ts';
import type { AllowedPattern } from '../policy/policy.ts';
import { breakable, type Html, html, nothing } from './html.ts';
import { linksIn } from './operator-text.ts';
import { renderPart } from './sections/asking-section.ts';

/** Enough to see how the braces are meant. */
const maxExpanded = 4;

export function renderPatternList(patterns: readonly AllowedPattern[]): Html {
  return html`<ul>
${patterns.map(renderPattern)}</ul>`;
}

function renderPattern({ pattern, because }: AllowedPattern): Html {
  const reason =
    because === undefined ? nothing : html` <span class="quiet">${linksIn(because).map(renderPart)}</span>`;
  return html`<li class="pattern row"><code>${breakable(pattern)}</code>${renderExpanded(pattern)}${reason}</li>
`;
}

/** Who reads the page knows of names, and mostly not of braces. */
function renderExpanded(pattern: string): Html {
  const plain = pattern.includes('{') ? (expandBraces(pattern) ?? []) : [];
  if (plain.length < 2) return nothing;
  const shown = plain
    .slice(0, maxExpanded)
    .map((each, index) => html`${index === 0 ? '' : ', '}<code>${breakable(each)}</code>`);
  const more = plain.length > maxExpanded ? ` and ${plain.length - maxExpanded} more` : '';
  return html` <span class="quiet">that is ${shown}${more}</span>`;
}
