// "What is allowed": the lists as the policy has them, grouped by registry, each pattern with the operator's reason.
import type { AllowedPattern, PolicyRule } from '../policy/policy.ts';
import { breakable, type Html, html, marked, nothing } from './html.ts';
import { groupByRegistry, type PatternGroup } from './pattern-groups.ts';
import type { PageData } from './published-policy.ts';
import { sayForWhom } from './rule-words.ts';

/** Longer groups start folded, so that what follows the list stays within reach. */
const foldedFrom = 60;

/** From so many patterns on, a box to search them is worth its place. */
const searchedFrom = 20;

export function renderAllowed({ policy, hasUnlistedRules }: PageData): Html {
  const { allowed_images: images, allowed_services: services } = policy;
  const count = (images?.length ?? 0) + (services?.length ?? 0);
  return html`<section id="allowed" class="part" aria-labelledby="allowed-title">
<h2 id="allowed-title">What is allowed</h2>
${renderDefaultImage(policy.default_image)}
${count >= searchedFrom ? renderSearch() : nothing}
${
  JSON.stringify(images) === JSON.stringify(services)
    ? renderList({ title: 'Images and services', what: 'image and service', patterns: images })
    : html`${renderList({ title: 'Images', what: 'image', patterns: images })}
${renderList({ title: 'Services', what: 'service', patterns: services })}`
}
${policy.rules.map(renderRule)}
${hasUnlistedRules ? html`<p class="card">Some projects may use more than this page lists.</p>` : nothing}
${count > 0 ? renderLegend(policy.image_matching) : nothing}
</section>`;
}

function renderDefaultImage(image: string | undefined): Html {
  if (image === undefined) return nothing;
  return html`<p>A job without <code>image:</code> runs in <code>${image}</code>, which is always allowed.</p>`;
}

/** Hidden until the script has made it work. */
function renderSearch(): Html {
  return html`<div id="search" class="search screen-only" hidden>
<label class="label" for="search-text">Search the list</label>
<input id="search-text" type="search" class="field" autocomplete="off" autocapitalize="off" spellcheck="false">
<p id="search-count" class="search-count quiet" role="status"></p>
</div>`;
}

interface List {
  readonly title: string;
  readonly what: string;
  readonly patterns: readonly AllowedPattern[] | undefined;
}

function renderList({ title, what, patterns }: List): Html {
  return html`<h3>${title}</h3>
${patterns === undefined ? html`<p>Every ${what} is allowed.</p>` : nothing}
${patterns?.length === 0 ? html`<p>None but the one that is always allowed.</p>` : nothing}
${groupByRegistry(patterns ?? []).map(renderGroup)}`;
}

function renderGroup({ registry, patterns }: PatternGroup): Html {
  const items = html`<ul>
${patterns.map(renderPattern)}</ul>`;
  if (patterns.length < foldedFrom) {
    return html`<div class="group card"><h4>${registry}</h4>
${items}</div>
`;
  }
  return html`<details class="group card folded"><summary><h4 class="registry">${registry}</h4> <span class="quiet">${patterns.length} patterns</span></summary>
${items}</details>
`;
}

function renderPattern({ pattern, because }: AllowedPattern): Html {
  const reason = because === undefined ? nothing : html` <span class="quiet">${because}</span>`;
  return html`<li class="pattern row"><code>${breakable(pattern)}</code>${reason}</li>
`;
}

function renderRule(rule: PolicyRule): Html {
  return html`<h3>For some projects</h3>
<p>More than the lists above, ${marked(sayForWhom(rule.when))}:</p>
${renderAddition('Images', rule.allowed_images)}
${renderAddition('Services', rule.allowed_services)}`;
}

function renderAddition(title: string, patterns: readonly AllowedPattern[] | undefined): Html {
  if (patterns === undefined || patterns.length === 0) return nothing;
  return html`<div class="group card"><h4>${title}</h4>
<ul>
${patterns.map(renderPattern)}</ul></div>`;
}

function renderLegend(matching: 'gitlab' | 'canonical'): Html {
  return html`<details class="card folded"><summary>How to read a pattern</summary>
<dl class="legend">
<dt><code>*</code></dt><dd>any text without a slash, also none</dd>
<dt><code>**</code></dt><dd>any number of parts between slashes, also none</dd>
<dt><code>?</code></dt><dd>one character, but no slash</dd>
<dt><code>{a,b}</code></dt><dd>either <code>a</code> or <code>b</code></dd>
<dt><code>[0-9]</code></dt><dd>one character out of these; <code>[!0-9]</code> one that is not</dd>
</dl>
<p>A pattern stands for the whole name, from the registry to the tag. ${
    matching === 'gitlab'
      ? 'Names are compared as they are written, as GitLab Runner does it.'
      : 'Names are compared in full: registry, path, and tag or digest.'
  }</p>
</details>`;
}
