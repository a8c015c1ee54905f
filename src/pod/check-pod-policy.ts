// What only those who build pods can say about a policy; handed to readPolicy, so that one list names every mistake.

import { malformed } from '../policy/malformed.ts';
import type { Problem } from '../policy/problem.ts';
import type { ReadablePolicy } from '../policy/readable-policy.ts';
import { checkPolicySecurity } from '../security/policy-security.ts';
import { checkPodTemplate } from './check-template.ts';

/** A policy without problems gives every job a pod. While a key is malformed, what cannot be said without it is left out. */
export function checkPodPolicy(policy: ReadablePolicy): Problem[] {
  return [...checkPolicySecurity(policy), ...templateProblems(policy)];
}

function templateProblems({ pod_template: template, resources }: ReadablePolicy): Problem[] {
  if (template === undefined || template === malformed) return [];
  return checkPodTemplate(template, resources === malformed ? null : resources);
}
