// What a rule of the policy adds, and for whom. Only on pages that are made with the rules.
import type { AllowedPattern, PolicyRule } from '../../policy/policy.ts';
import { describeForWhom } from '../describe-rules.ts';
import { either } from '../either.ts';
import { type Html, html, marked, nothing } from '../html.ts';
import { renderPatternList } from '../pattern-list.ts';

/** A rule that only says how pods are made, or what is asked of registries, adds nothing that anybody may name. */
export function renderRule(rule: PolicyRule): Html {
  const { allowed_images = [], allowed_services = [], allowed_pull_policies = [] } = rule;
  if (allowed_images.length + allowed_services.length + allowed_pull_policies.length === 0) return nothing;
  return html`<h3>For some projects</h3>
<p>More than the lists above, ${marked(describeForWhom(rule.when))}:</p>
${renderAddition('Images', rule.allowed_images)}
${renderAddition('Services', rule.allowed_services)}
${renderPullPolicies(rule.allowed_pull_policies)}`;
}

function renderAddition(title: string, patterns: readonly AllowedPattern[] | undefined): Html {
  if (patterns === undefined || patterns.length === 0) return nothing;
  return html`<div class="group card"><h4>${title}</h4>
${renderPatternList(patterns)}</div>`;
}

function renderPullPolicies(values: readonly string[] | undefined): Html {
  if (values === undefined || values.length === 0) return nothing;
  return html`<p class="card"><code>pull_policy:</code> ${either(values)}</p>`;
}
