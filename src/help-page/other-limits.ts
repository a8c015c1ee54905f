// What else a job may not choose freely: when images are pulled, and as whom its containers run.
import { either } from './either.ts';
import { type Html, html, nothing } from './html.ts';
import type { PublishedPolicy } from './published-policy.ts';

export function renderOtherLimits(policy: PublishedPolicy): Html {
  const { allowed_users: users, allowed_groups: groups } = policy;
  const limits = [
    ...describePullPolicies(policy.allowed_pull_policies ?? policy.pull_policy),
    ...(users === undefined ? [] : [describeIds('user', users)]),
    ...(groups === undefined ? [] : [describeIds('group', groups)]),
  ];
  if (limits.length === 0) return nothing;
  return html`<h3>Also limited</h3>
<ul class="card">
${limits.map((limit) => html`<li class="row">${limit}</li>\n`)}</ul>`;
}

/** None: the cluster decides, and a job may ask for any. */
function describePullPolicies(values: readonly string[]): readonly Html[] {
  return values.length === 0
    ? []
    : [html`The <code>pull_policy:</code> of an image or service: ${either(values)}.`];
}

function describeIds(what: string, ids: readonly number[]): Html {
  const allowed = ids.length === 0 ? 'none may be named' : either(ids.map(String));
  return html`The ${what} id in <code>user:</code> of an image or service: ${allowed}.`;
}
