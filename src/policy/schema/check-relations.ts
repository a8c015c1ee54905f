// Mistakes between the keys of one value: each is well formed, and together they make no sense. They are looked at as they are
// written, before defaults, and reported beside the mistakes of other keys.

import type { Problem } from '../problem.ts';

interface WrittenRule {
  readonly when: object;
  readonly allowed_images?: unknown;
  readonly allowed_services?: unknown;
  readonly allowed_pull_policies?: unknown;
  readonly profile?: unknown;
  readonly images?: unknown;
}

/** Paths are those inside the rule. */
export function checkRule({ when, ...added }: WrittenRule): readonly Problem[] {
  const conditions: unknown[] = Object.values(when);
  if (conditions.length === 0) {
    const message =
      'names no condition, so the rule would be for every job; put what it says at the top instead';
    return [{ path: ['when'], message }];
  }
  if (conditions.some((condition) => Array.isArray(condition) && condition.length === 0)) {
    return [{ path: ['when'], message: 'has an empty list, so the rule would be for no job' }];
  }
  if ('images' in when && Object.keys(added).some((key) => key !== 'profile')) {
    const message =
      'chooses a profile, and nothing else: the lists say which images are allowed; make two rules of it';
    return [{ path: ['when', 'images'], message }];
  }
  if (Object.keys(added).length > 0) return [];
  const message =
    'adds nothing; give it allowed_images, allowed_services, allowed_pull_policies, a profile or images';
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
