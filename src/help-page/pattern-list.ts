// Patterns as rows, each with the operator's reason.
import type { AllowedPattern } from '../policy/policy.ts';
import { breakable, type Html, html, nothing } from './html.ts';

export function renderPatternList(patterns: readonly AllowedPattern[]): Html {
  return html`<ul>
${patterns.map(renderPattern)}</ul>`;
}

function renderPattern({ pattern, because }: AllowedPattern): Html {
  const reason = because === undefined ? nothing : html` <span class="quiet">${because}</span>`;
  return html`<li class="pattern row"><code>${breakable(pattern)}</code>${reason}</li>
`;
}
