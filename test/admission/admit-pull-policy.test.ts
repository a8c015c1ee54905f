import { describe, expect, it } from 'vitest';
import { admitPullPolicies } from '../../src/admission/admit-pull-policy.ts';
import type { Policy, PullPolicy } from '../../src/policy/policy.ts';
import { samplePolicy } from './sample-policy.ts';

const project = { id: 1, path: 'g/p', namespaceId: null, isRefProtected: false };

function admit(asked: string[], changes: Partial<Policy>) {
  return admitPullPolicies(asked, { key: 'image:pull_policy', policy: samplePolicy(changes), project });
}

const only = (...allowed_pull_policies: PullPolicy[]) => ({ allowed_pull_policies });

describe('admitPullPolicies', () => {
  it.each<[string, string[], Partial<Policy>, PullPolicy[]]>([
    ['the wish of the job', ['never', 'always'], {}, ['never', 'always']],
    [
      "the operator's own without a wish",
      [],
      { pull_policy: ['always', 'if-not-present'] },
      ['always', 'if-not-present'],
    ],
    ["the cluster's default without either", [], {}, []],
    ['the first allowed one without either', [], only('if-not-present', 'never'), ['if-not-present']],
    ['of several wishes the allowed one', ['never', 'always'], only('always'), ['always']],
    [
      'what pull_policy names where nothing else is allowed',
      ['always'],
      { pull_policy: ['always'] },
      ['always'],
    ],
    [
      'what a rule adds',
      ['never'],
      { ...only('always'), rules: [{ when: { project_ids: [1] }, ...only('never') }] },
      ['never'],
    ],
  ])('takes %s', (_, asked, changes, pullPolicies) => {
    expect(admit(asked, changes)).toMatchObject({ pullPolicies });
  });

  it('says which request was left out', () => {
    expect(admit(['never', 'always'], only('always'))).toMatchObject({
      note: 'image:pull_policy: never is not allowed on this runner and is left out.',
    });
  });

  it.each<[string, string[], Partial<Policy>, PullPolicy[]]>([
    ['no wish is allowed', ['never'], only('always'), ['always']],
    ['pull_policy says otherwise', ['never'], { pull_policy: ['always'] }, ['always']],
    ['the word is unknown', ['sometimes'], {}, ['always', 'if-not-present', 'never']],
    [
      'a rule is for others',
      ['never'],
      { ...only('always'), rules: [{ when: { project_ids: [2] }, ...only('never') }] },
      ['always'],
    ],
  ])('rejects when %s', (_, asked, changes, allowed) => {
    expect(admit(asked, changes)).toEqual({
      finding: { kind: 'pull-policy', key: 'image:pull_policy', requested: asked, allowed },
    });
  });
});
