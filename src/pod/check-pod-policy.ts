// What only those who build pods can say about a policy; handed to readPolicy, so that one list names every mistake.

import { malformed } from '../policy/malformed.ts';
import type { Policy } from '../policy/policy.ts';
import { formatKeyPath, type KeyPath, type Problem } from '../policy/problem.ts';
import type { ReadablePolicy } from '../policy/readable-policy.ts';
import { checkPolicySecurity } from '../security/policy-security.ts';
import { checkPolicyContext } from '../security/security-fields.ts';
import { applyProfile } from './apply-profile.ts';
import { checkPodTemplate } from './check-template.ts';

/** A policy without problems gives every job a pod. While a key is malformed, what cannot be said without it is left out. */
export function checkPodPolicy(policy: ReadablePolicy): Problem[] {
  const own = [...checkPolicySecurity(policy), ...templateProblems(policy)];
  // What is wrong without a profile is wrong with each.
  return own.length > 0 ? own : checkEachProfile(policy);
}

function templateProblems({ pod_template: template, resources }: ReadablePolicy): Problem[] {
  if (template === undefined || template === malformed) return [];
  return checkPodTemplate(template, resources === malformed ? null : resources);
}

function checkEachProfile(policy: ReadablePolicy): Problem[] {
  const { profiles, default_security_context, enforced_security_context, pod_template, resources } = policy;
  const needed = { profiles, default_security_context, enforced_security_context, pod_template, resources };
  if (profiles === malformed || Object.values(needed).includes(malformed)) return [];
  return Object.entries(profiles).flatMap(([name, profile]) => {
    const ofFields = contextKeys.flatMap((key) =>
      checkPolicyContext(profile[key] ?? {}, ['profiles', name, key]),
    );
    if (ofFields.length > 0) return ofFields;
    return checkAsApplied(policy as Policy, name);
  });
}

const contextKeys = ['default_security_context', 'enforced_security_context'] as const;

/** As the jobs of that profile get it. */
function checkAsApplied(policy: Policy, name: string): Problem[] {
  const applied = applyProfile(policy, name);
  const template = policy.profiles[name]?.pod_template;
  const ofOwn = template === undefined ? [] : checkPodTemplate(template, applied.resources);
  const ofBoth = ofOwn.length > 0 ? [] : templateProblems(applied);
  const place: KeyPath = ['profiles', name];
  return [
    ...checkPolicySecurity(applied),
    ...ofOwn.map((problem) => ({ ...problem, path: [...place, ...problem.path] })),
    // Of two templates merged nothing stands at its own place.
    ...ofBoth.map(({ path, message }) => ({
      path: [...place, 'pod_template'],
      message: `does not fit over the policy's own: ${formatKeyPath(path)} ${message}`,
    })),
  ];
}
