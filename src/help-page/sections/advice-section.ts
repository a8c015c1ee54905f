// "What to do": the operator's replacements, then the mistakes that most refusals come from.
import type { AllowedPattern } from '../../policy/policy.ts';
import { type Html, html, nothing } from '../html.ts';
import type { PublishedPolicy } from '../published-policy.ts';

export function renderReplacements({ replacements }: PublishedPolicy): Html {
  if (replacements.length === 0) return nothing;
  return html`<section id="instead" class="part" aria-labelledby="instead-title">
<h2 id="instead-title">What to use instead</h2>
<ul class="card">
${replacements.map(
  ({
    pattern,
    use,
    because,
  }) => html`<li class="row"><p>Instead of <code>${pattern}</code> use <code>${use}</code></p>${
    because === undefined ? nothing : html`<p class="quiet">${because}</p>`
  }</li>
`,
)}</ul>
</section>`;
}

export function renderAdvice(policy: PublishedPolicy): Html {
  return html`<section id="refused" class="part" aria-labelledby="refused-title">
<h2 id="refused-title">When a name is refused</h2>
<div class="cases">
${adviseOnTags(policy)}
${adviseOnDockerHub(policy)}
<div class="case card"><h3 class="case-title">It comes from another registry</h3>
<p>The registry is a part of the name. The same software under another registry’s name is another image, and the list must name that one too. Look for it above under the registry that you know, or ask for it.</p></div>
<div class="case card"><h3 class="case-title">It comes from a template or an include</h3>
<p>Your own <code>.gitlab-ci.yml</code> can give an included job another image; what you do not repeat stays as it is.</p>
<pre><code>name-of-the-included-job:
  image: ${exampleName(policy)}</code></pre></div>
<div class="case card"><h3 class="case-title">It has a variable in it</h3>
<p>The name counts as it is once variables are replaced. The job log shows that name; check that one here.</p></div>
<div class="case card"><h3 class="case-title">It is a service</h3>
<p><code>image:</code> and <code>services:</code> have a list each. A name on one of them need not be on the other.</p></div>
</div>
</section>`;
}

function adviseOnTags(policy: PublishedPolicy): Html {
  const name = nameBeforeTag(policy);
  if (name === null) return nothing;
  return html`<div class="case card"><h3 class="case-title">It has no tag</h3>
<p><code>${name}:*</code> asks for a tag, and <code>${name}</code> has none. Write the version that you need after a colon. <code>${name}:latest</code> is what the name without a tag means, but it changes under your feet.</p>
<p>To pin an exact image, keep the tag in front of the digest: <code>${name}:TAG@sha256:…</code></p></div>`;
}

function adviseOnDockerHub({ image_matching }: PublishedPolicy): Html {
  const names = html`<code>python:3</code>, <code>library/python:3</code> and <code>docker.io/library/python:3</code> are one image`;
  return html`<div class="case card"><h3 class="case-title">Docker Hub knows it under several names</h3>
<p>${names}${
    image_matching === 'canonical'
      ? ', and the list takes them as one. Any of them will do.'
      : ', but the list compares what is written. Use the form that the list has.'
  }</p></div>`;
}

/** A name that a pattern of the policy admits with any tag: an example that this page's readers know. */
function nameBeforeTag(policy: PublishedPolicy): string | null {
  const match = listed(policy)
    .map(({ pattern }) => /^([^*?[\]{}\\]+):\*$/.exec(pattern))
    .find((found) => found !== null);
  return match?.[1] ?? null;
}

/** A name that the reader may use as it stands. */
function exampleName(policy: PublishedPolicy): string {
  const plain = listed(policy).find(({ pattern }) => !/[*?[\]{}\\]/.test(pattern));
  const tagged = nameBeforeTag(policy);
  return plain?.pattern ?? (tagged === null ? 'an-image-of-the-list:tag' : `${tagged}:latest`);
}

function listed({ allowed_images, allowed_services }: PublishedPolicy): readonly AllowedPattern[] {
  return allowed_images ?? allowed_services ?? [];
}
