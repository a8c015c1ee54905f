// Mistakes between keys: each is well formed, and together they make no sense.

import type { Problem } from '../problem.ts';
import type { PolicyFile } from './policy-schema.ts';
import { checkResourceAmounts } from './resource-amounts.ts';

export function checkRelations(file: PolicyFile): readonly Problem[] {
  return [
    ...checkPullPolicies(file),
    ...checkUserNamespaces(file),
    ...checkRules(file),
    ...checkResources(file),
  ];
}

function checkPullPolicies({ pull_policy, allowed_pull_policies: allowed }: PolicyFile): readonly Problem[] {
  if (pull_policy === undefined || allowed === undefined) return [];
  const refused = [pull_policy].flat().filter((policy) => !allowed.includes(policy));
  return refused.map((policy) => ({
    path: ['pull_policy'],
    message: `is \`${policy}\`, which allowed_pull_policies does not allow; add it there`,
  }));
}

function checkUserNamespaces({ user_namespaces: written }: PolicyFile): readonly Problem[] {
  if (written === 'vm') {
    const message = 'is `vm`, which needs the RuntimeClasses: {mode: vm, runtime_classes: [NAME]}';
    return [{ path: ['user_namespaces'], message }];
  }
  if (typeof written !== 'object') return [];
  const hasClasses = (written.runtime_classes ?? []).length > 0;
  if (written.mode === 'vm' && !hasClasses) {
    const message = 'is missing; with mode vm, name the RuntimeClasses whose pods are virtual machines';
    return [{ path: ['user_namespaces', 'runtime_classes'], message }];
  }
  if (written.mode !== 'vm' && hasClasses) {
    return [{ path: ['user_namespaces', 'runtime_classes'], message: 'has a meaning only with mode: vm' }];
  }
  return [];
}

function checkRules({ rules = [] }: PolicyFile): readonly Problem[] {
  return rules.flatMap(({ when, ...added }, index): Problem[] => {
    const conditions = Object.values(when).filter((condition) => condition !== undefined);
    if (conditions.length === 0) {
      const message =
        'names no condition, so the rule would be for every job; put its lists at the top instead';
      return [{ path: ['rules', index, 'when'], message }];
    }
    if (conditions.some((condition) => Array.isArray(condition) && condition.length === 0)) {
      return [
        { path: ['rules', index, 'when'], message: 'has an empty list, so the rule would be for no job' },
      ];
    }
    if (Object.values(added).some((list) => list !== undefined)) return [];
    const message = 'adds nothing; give it allowed_images, allowed_services or allowed_pull_policies';
    return [{ path: ['rules', index], message }];
  });
}

function checkResources({ resources = {} }: PolicyFile): readonly Problem[] {
  return (['build', 'helper', 'service', 'init'] as const).flatMap((role) =>
    checkResourceAmounts(resources[role] ?? {}).map(({ list, name, ...problem }) => ({
      ...problem,
      path: ['resources', role, list, name],
    })),
  );
}
