// Mistakes between keys: each is well formed, and together they make no sense. All but the last are looked at as they are written,
// before defaults, and reported beside the mistakes of other keys.
import type { Problem } from '../problem.ts';
import { malformed, type ReadablePolicy } from '../readable-policy.ts';

interface WrittenRule {
  readonly when: object;
  readonly allowed_images?: unknown;
  readonly allowed_services?: unknown;
  readonly allowed_pull_policies?: unknown;
}

/** Paths are those inside the rule. */
export function checkRule({ when, ...added }: WrittenRule): readonly Problem[] {
  const conditions: unknown[] = Object.values(when);
  if (conditions.length === 0) {
    const message =
      'names no condition, so the rule would be for every job; put its lists at the top instead';
    return [{ path: ['when'], message }];
  }
  if (conditions.some((condition) => Array.isArray(condition) && condition.length === 0)) {
    return [{ path: ['when'], message: 'has an empty list, so the rule would be for no job' }];
  }
  if (Object.keys(added).length > 0) return [];
  const message = 'adds nothing; give it allowed_images, allowed_services or allowed_pull_policies';
  return [{ path: [], message }];
}

type WrittenUserNamespaces = string | { readonly mode: string; readonly runtime_classes?: readonly string[] };

/** Paths are those inside `user_namespaces`. */
export function checkUserNamespaces(written: WrittenUserNamespaces): readonly Problem[] {
  if (written === 'vm') {
    const message = 'is `vm`, which needs the RuntimeClasses: {mode: vm, runtime_classes: [NAME]}';
    return [{ path: [], message }];
  }
  if (typeof written === 'string') return [];
  const path = ['runtime_classes'];
  const hasClasses = (written.runtime_classes ?? []).length > 0;
  if (written.mode === 'vm' && !hasClasses) {
    const message = 'is missing; with mode vm, name the RuntimeClasses whose pods are virtual machines';
    return [{ path, message }];
  }
  return written.mode !== 'vm' && hasClasses ? [{ path, message: 'has a meaning only with mode: vm' }] : [];
}

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
