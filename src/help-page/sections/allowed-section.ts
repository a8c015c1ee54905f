// "What is allowed": the lists as the policy has them, grouped by registry, each pattern with the operator's reason.
import type { AllowedPattern } from '../../policy/policy.ts';
import { type Html, html, nothing } from '../html.ts';
import { renderOtherLimits } from '../other-limits.ts';
import { groupByRegistry, type PatternGroup } from '../pattern-groups.ts';
import { renderPatternList } from '../pattern-list.ts';
import type { PageData } from '../published-policy.ts';
import { renderRule } from './rule-section.ts';

/** Longer groups start folded, so that what follows the list stays within reach. */
const foldedFrom = 60;

/** From so many patterns on, a box to search them is worth its place. */
const searchedFrom = 20;

export function renderAllowed({ policy, hasUnlistedRules }: PageData): Html {
  const { allowed_images: images, allowed_services: services } = policy;
  const none = policy.default_image === undefined ? 'None.' : 'None but the default image.';
  const count = (images?.length ?? 0) + (services?.length ?? 0);
  return html`<section id="allowed" class="part" aria-labelledby="allowed-title">
<h2 id="allowed-title">What is allowed</h2>
${renderDefaultImage(policy.default_image)}
${count >= searchedFrom ? renderSearch() : nothing}
${
  JSON.stringify(images) === JSON.stringify(services)
    ? renderList({
        title: 'Images and services',
        all: 'Every image and service is allowed.',
        none,
        patterns: images,
      })
    : html`${renderList({ title: 'Images', all: 'Every image is allowed.', none, patterns: images })}
${renderList({ title: 'Services', all: 'Every service is allowed.', none, patterns: services })}`
}
${renderOtherLimits(policy)}
${policy.rules.map(renderRule)}
${hasUnlistedRules ? html`<p class="card">Some projects may use more than this page lists.</p>` : nothing}
${count > 0 ? renderLegend(policy.image_matching) : nothing}
</section>`;
}

function renderDefaultImage(image: string | undefined): Html {
  if (image === undefined) return html`<p>Each job must name its image: there is no default one.</p>`;
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
  /** What to say when there is no list. */
  readonly all: string;
  /** … and when it is empty. */
  readonly none: string;
  readonly patterns: readonly AllowedPattern[] | undefined;
}

function renderList({ title, all, none, patterns }: List): Html {
  if (patterns === undefined) return html`<h3>${title}</h3><p>${all}</p>`;
  if (patterns.length === 0) return html`<h3>${title}</h3><p>${none}</p>`;
  return html`<h3>${title}</h3>
${groupByRegistry(patterns).map(renderGroup)}`;
}

function renderGroup({ registry, patterns }: PatternGroup): Html {
  const items = renderPatternList(patterns);
  if (patterns.length < foldedFrom) {
    return html`<div class="group card"><h4>${registry}</h4>
${items}</div>
`;
  }
  return html`<details class="group card folded"><summary><h4 class="registry">${registry}</h4> <span class="quiet">${patterns.length} patterns</span></summary>
${items}</details>
`;
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
