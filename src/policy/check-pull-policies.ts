// A pull policy that the list of allowed ones does not have. Two keys of the policy, so it is looked at once both are read.
import { malformed } from './malformed.ts';
import type { Problem } from './problem.ts';
import type { ReadablePolicy } from './readable-policy.ts';

export function checkPullPolicies(
  policy: Pick<ReadablePolicy, 'pull_policy' | 'allowed_pull_policies'>,
): readonly Problem[] {
  const { pull_policy, allowed_pull_policies: allowed } = policy;
  if (pull_policy === malformed || allowed === malformed || allowed === undefined) return [];
  const refused = pull_policy.filter((each) => !allowed.includes(each));
  return refused.map((each) => ({
    path: ['pull_policy'],
    message: `is \`${each}\`, which allowed_pull_policies does not allow; add it there`,
  }));
}
