// What only those who build pods can say about a policy; handed to readPolicy, so that one list names every mistake.
import type { Policy } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import { checkPolicySecurity } from '../security/policy-security.ts';
import { checkPodTemplate } from './check-template.ts';

/** A policy without problems gives every job a pod. */
export function checkPodPolicy(policy: Policy): Problem[] {
  const ofTemplate =
    policy.pod_template === undefined ? [] : checkPodTemplate(policy.pod_template, policy.resources);
  return [...checkPolicySecurity(policy), ...ofTemplate];
}
