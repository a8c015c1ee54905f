import { expect, it } from 'vitest';
import { checkPullPolicies } from '../../src/policy/check-pull-policies.ts';
import { malformed } from '../../src/policy/malformed.ts';

it('names each pull policy that is not among the allowed ones', () => {
  const found = checkPullPolicies({ pull_policy: ['never', 'always'], allowed_pull_policies: ['always'] });
  expect(found).toEqual([{ path: ['pull_policy'], message: expect.stringContaining('`never`') }]);
});

it('compares no pull policies while some of them cannot be read', () => {
  expect(checkPullPolicies({ pull_policy: malformed, allowed_pull_policies: ['never'] })).toEqual([]);
  expect(checkPullPolicies({ pull_policy: ['always'], allowed_pull_policies: malformed })).toEqual([]);
});
