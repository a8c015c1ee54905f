// A policy as it is for the jobs of one of its profiles.
import type { AppliedPolicy, ContainerRole, JobMaySet, Policy, Profile } from '../policy/policy.ts';
import { completeRequirements } from '../policy/schema/resources-schema.ts';
import type { PodTemplate } from './manifest.ts';
import { strategicMerge } from './strategic-merge.ts';

const roles = ['build', 'helper', 'service', 'init'] as const satisfies readonly ContainerRole[];

/** @throws Error when the policy has no such profile: rules that name one are checked when the policy is read */
export function applyProfile(policy: Policy, name: string): AppliedPolicy {
  const profile = Object.hasOwn(policy.profiles, name) ? policy.profiles[name] : undefined;
  if (profile === undefined) throw new Error(`there is no profile ${name}`);
  const { default_security_context, enforced_security_context } = profile;
  const { helper_image } = profile;
  const template = mergeTemplates(policy.pod_template, profile.pod_template);
  return {
    ...policy,
    resources: mergeResources(policy.resources, profile.resources),
    timeouts: { ...policy.timeouts, ...profile.timeouts },
    image_pull_secrets: [...new Set([...policy.image_pull_secrets, ...(profile.image_pull_secrets ?? [])])],
    ...mergeMaySet(policy.job_may_set, profile.job_may_set),
    ...(helper_image === undefined ? {} : { helper_image }),
    ...(template === undefined ? {} : { pod_template: template }),
    applied: {
      name,
      ...(default_security_context === undefined ? {} : { default_security_context }),
      ...(enforced_security_context === undefined ? {} : { enforced_security_context }),
    },
  };
}

function mergeResources(base: Policy['resources'], own: Profile['resources'] = {}): Policy['resources'] {
  const merged = roles.map((role) => {
    const written = own[role];
    if (written === undefined) return [role, base[role]] as const;
    const { requests = {}, limits = {} } = base[role];
    return [role, completeRequirements(written, { requests, limits })] as const;
  });
  return Object.fromEntries(merged) as unknown as Policy['resources'];
}

/** Lists have no keys to be merged by; amounts do. */
function mergeMaySet(base: JobMaySet | undefined, own: JobMaySet | undefined): { job_may_set?: JobMaySet } {
  if (own === undefined) return base === undefined ? {} : { job_may_set: base };
  return { job_may_set: strategicMerge({ ...base }, { ...own }) };
}

function mergeTemplates(
  base: PodTemplate | undefined,
  own: PodTemplate | undefined,
): PodTemplate | undefined {
  if (base === undefined || own === undefined) return own ?? base;
  return strategicMerge(base, own);
}
