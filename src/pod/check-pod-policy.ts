// What only those who build pods can say about a policy; handed to readPolicy, so that one list names every mistake.

import { malformed } from '../policy/malformed.ts';
import type { Policy } from '../policy/policy.ts';
import { formatKeyPath, type KeyPath, type Problem } from '../policy/problem.ts';
import type { ReadablePolicy } from '../policy/readable-policy.ts';
import { checkPolicySecurity } from '../security/policy-security.ts';
import { checkPolicyContext } from '../security/security-fields.ts';
import { applyProfile } from './apply-profile.ts';
import { checkArchitecture } from './check-architecture.ts';
import { checkLastingWorkspaces } from './check-lasting-workspaces.ts';
import { checkPodTemplate } from './check-template.ts';
import { checkMaySet } from './may-set/check-may-set.ts';

/** A policy without problems gives every job a pod. While a key is malformed, what cannot be said without it is left out. */
export function checkPodPolicy(policy: ReadablePolicy): Problem[] {
  const own = [
    ...checkPolicySecurity(policy),
    ...templateProblems(policy),
    ...checkArchitecture(policy),
    ...checkMaySet(policy),
    ...checkLastingWorkspaces(policy),
  ];
  // What is wrong without a profile is wrong with each.
  return own.length > 0 ? own : checkEachProfile(policy);
}

function templateProblems({ pod_template: template, resources }: ReadablePolicy): Problem[] {
  if (template === undefined || template === malformed) return [];
  return checkPodTemplate(template, resources === malformed ? null : resources);
}

function checkEachProfile(policy: ReadablePolicy): Problem[] {
  const { profiles, default_security_context, enforced_security_context } = policy;
  const { pod_template, resources, job_may_set } = policy;
  const needed = [default_security_context, enforced_security_context, pod_template, resources, job_may_set];
  if (profiles === malformed || needed.includes(malformed)) return [];
  return Object.entries(profiles).flatMap(([name, profile]) => {
    const ofFields = contextKeys.flatMap((key) =>
      checkPolicyContext(profile[key] ?? {}, ['profiles', name, key]),
    );
    if (ofFields.length > 0) return ofFields;
    return checkAsApplied(policy as Policy, name);
  });
}

const contextKeys = ['default_security_context', 'enforced_security_context'] as const;

/** As the jobs of that profile get it: a part of a template need not stand alone. */
function checkAsApplied(policy: Policy, name: string): Problem[] {
  const applied = applyProfile(policy, name);
  const ofTemplate = policy.profiles[name]?.pod_template === undefined ? [] : templateProblems(applied);
  return [
    ...checkPolicySecurity(applied),
    ...[...ofTemplate, ...checkArchitecture(applied), ...checkLastingWorkspaces(applied)].map((problem) =>
      inProfile(problem, name),
    ),
    ...maySetProblems(policy, applied, name),
  ];
}

/** Where the profile says nothing of it, its own amounts make the problem. */
function maySetProblems(policy: Policy, applied: Policy, name: string): Problem[] {
  const own = policy.profiles[name]?.job_may_set ?? {};
  return checkMaySet(applied).map((problem) =>
    hasPath({ job_may_set: own }, problem.path)
      ? { ...problem, path: ['profiles', name, ...problem.path] }
      : {
          path: ['profiles', name],
          message: `has with the policy's own ${formatKeyPath(problem.path)} one that ${problem.message}`,
        },
  );
}

function hasPath(value: unknown, path: KeyPath): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  return typeof value === 'object' && value !== null && hasPath(Reflect.get(value, key), rest)
    ? Object.hasOwn(value, key)
    : false;
}

/** In lists of two templates that were merged nothing has the place that it had in one. */
function inProfile({ path, message, ...rest }: Problem, name: string): Problem {
  const end = path.findIndex((key) => typeof key === 'number');
  const place: KeyPath = ['profiles', name];
  if (end < 0) return { ...rest, path: [...place, ...path], message };
  return {
    path: [...place, ...path.slice(0, end)],
    message: `gives with the policy's own template ${formatKeyPath(path)}, which ${message}`,
  };
}
