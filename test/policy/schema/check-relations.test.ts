import { describe, expect, it } from 'vitest';
import { checkPullPolicies } from '../../../src/policy/check-pull-policies.ts';
import type { WrittenPolicy } from '../../../src/policy/policy.ts';
import { policySchema } from '../../../src/policy/schema/policy-schema.ts';

const cluster = { namespace: 'ci' };

/** Where the schema and what looks at the whole policy find something. */
function findPaths(keys: Omit<WrittenPolicy, 'cluster'>): readonly PropertyKey[][] {
  const { data, error } = policySchema.safeParse({ cluster, ...keys });
  if (data === undefined) return error.issues.map(({ path }) => path);
  return checkPullPolicies(data).map(({ path }) => [...path]);
}

describe('relations between keys', () => {
  it.each<[string, Omit<WrittenPolicy, 'cluster'>, (string | number)[]]>([
    ['a rule without a condition', { rules: [{ when: {}, allowed_images: ['x'] }] }, ['rules', 0, 'when']],
    [
      'a rule for nobody',
      { rules: [{ when: { project_ids: [] }, allowed_images: ['x'] }] },
      ['rules', 0, 'when'],
    ],
    ['a rule that adds nothing', { rules: [{ when: { protected_ref: true } }] }, ['rules', 0]],
    ['vm as a word alone', { user_namespaces: 'vm' }, ['user_namespaces']],
    [
      'vm for no class',
      { user_namespaces: { mode: 'vm', runtime_classes: [] } },
      ['user_namespaces', 'runtime_classes'],
    ],
    [
      'classes without vm',
      { user_namespaces: { mode: 'unproven', runtime_classes: ['kata'] } },
      ['user_namespaces', 'runtime_classes'],
    ],
    [
      'a pull policy that is not allowed',
      { pull_policy: ['never'], allowed_pull_policies: ['always'] },
      ['pull_policy'],
    ],
    [
      'an amount of nothing that there is',
      { resources: { build: { limits: { mem: '4Gi' } } } },
      ['resources', 'build', 'limits', 'mem'],
    ],
    [
      'four bytes of memory',
      { resources: { helper: { requests: { memory: 4 } } } },
      ['resources', 'helper', 'requests', 'memory'],
    ],
    [
      'a request above its limit',
      { resources: { init: { requests: { cpu: 2 }, limits: { cpu: '500m' } } } },
      ['resources', 'init', 'requests', 'cpu'],
    ],
  ])('finds what cannot be meant: %s', (_, keys, path) => {
    expect(findPaths(keys)).toEqual([path]);
  });

  it.each<Omit<WrittenPolicy, 'cluster'>>([
    {},
    { pull_policy: 'always', allowed_pull_policies: ['always', 'never'] },
    { user_namespaces: { mode: 'vm', runtime_classes: ['kata'] } },
    { rules: [{ when: { protected_ref: false }, allowed_pull_policies: ['never'] }] },
    {
      resources: { build: { requests: { cpu: '500m', memory: null }, limits: { cpu: 0.5, memory: '1Gi' } } },
    },
    { resources: { build: { requests: { cpu: 64 } } } },
  ])('finds nothing in %j', (keys) => expect(findPaths(keys)).toEqual([]));
});
