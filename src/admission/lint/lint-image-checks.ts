// Signatures that are asked of more images than an operator is likely to mean.
import type { Policy, RequiredSignature } from '../../policy/policy.ts';
import type { KeyPath } from '../../policy/problem.ts';
import type { LintFinding } from './lint-policy.ts';

/** Nobody but GitLab signs its helper image, and a key of the operator's is not GitLab's. */
const everyImage =
  "is about every image, and GitLab's own helper image is not signed with your key, so no job would run: name the `images`, or set `helper_image` to one that you have signed";

export function lintImageChecks(
  policy: Pick<Policy, 'helper_image' | 'images' | 'profiles' | 'rules'>,
): readonly LintFinding[] {
  if (policy.helper_image !== undefined) return [];
  const { images, profiles, rules } = policy;
  return [
    ...lintEntries(['images'], images?.require_signature),
    ...rules.flatMap((rule, index) =>
      lintEntries(['rules', index, 'images'], rule.images?.require_signature),
    ),
    ...Object.entries(profiles).flatMap(([name, profile]) =>
      lintEntries(['profiles', name, 'images'], profile.images?.require_signature),
    ),
  ];
}

function lintEntries(path: KeyPath, entries: readonly RequiredSignature[] = []): readonly LintFinding[] {
  return entries.flatMap(({ images }, index) =>
    images === undefined
      ? [
          {
            path: [...path, 'require_signature', index],
            about: 'require_signature',
            severity: 'gap' as const,
            message: everyImage,
          },
        ]
      : [],
  );
}
