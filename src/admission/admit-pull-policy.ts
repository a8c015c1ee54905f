// When the images of a job are pulled: what the job asks for as far as it is allowed, else the operator's choice.

import type { Policy, PullPolicy } from '../policy/policy.ts';
import { shortList } from '../text/short-list.ts';
import { appliesTo, type ProjectFacts } from './allow-list.ts';
import type { RequestFinding } from './rejection.ts';

export type AdmittedPullPolicies =
  | { readonly pullPolicies: readonly PullPolicy[]; readonly note: string | null }
  | { readonly finding: RequestFinding };

/** As GitLab Runner does, what is not allowed of several is left out, and a rejection is only that nothing is left. */
export function admitPullPolicies(
  requested: readonly string[],
  { key, policy, project }: { key: string; policy: Policy; project: ProjectFacts },
): AdmittedPullPolicies {
  const allowed = allowedPullPolicies(policy, project);
  if (requested.length === 0) return { pullPolicies: ownPullPolicies(policy), note: null };
  const admitted = allowed.filter((each) => requested.includes(each));
  const inOrder = [...admitted].sort((a, b) => requested.indexOf(a) - requested.indexOf(b));
  if (inOrder.length === 0) return { finding: { kind: 'pull-policy', key, requested, allowed } };
  const dropped = requested.filter((each) => !inOrder.some((one) => one === each));
  const note =
    dropped.length === 0
      ? null
      : `${key}: ${shortList(dropped)} is not allowed on this runner and is left out.`;
  return { pullPolicies: inOrder, note };
}

/** The operator's; where only the allowed ones are named, the first of them, lest the cluster's default be another. */
export function ownPullPolicies({ pull_policy, allowed_pull_policies = [] }: Policy): readonly PullPolicy[] {
  return pull_policy.length > 0 ? pull_policy : allowed_pull_policies.slice(0, 1);
}

function allowedPullPolicies(policy: Policy, project: ProjectFacts): readonly PullPolicy[] {
  const own = policy.allowed_pull_policies ?? policy.pull_policy;
  if (own.length === 0) return ['always', 'if-not-present', 'never'];
  const added = policy.rules
    .filter(({ when }) => appliesTo(when, project))
    .flatMap(({ allowed_pull_policies = [] }) => allowed_pull_policies);
  return [...new Set([...own, ...added])];
}
