// What of a policy anyone may read: the lists and the words for authors. Cluster, contexts, users and templates never leave it.
import type { Policy, PolicyRule } from '../policy/policy.ts';

export type PublishedPolicy = Pick<
  Policy,
  | 'default_image'
  | 'helper_image'
  | 'allowed_images'
  | 'allowed_services'
  | 'image_matching'
  | 'rules'
  | 'replacements'
  | 'hash'
> & { readonly rejection: Pick<Policy['rejection'], 'message' | 'contact'> };

/** What the page's script reads. */
export interface PageData {
  readonly policy: PublishedPolicy;
  /** The policy has rules that admit more for some projects, and the page leaves them out. */
  readonly hasUnlistedRules: boolean;
}

/** Picks by name, so that a key added to the policy stays private until somebody decides otherwise. */
export function publishPolicy(policy: Policy, { includeRules }: { includeRules: boolean }): PageData {
  const rules = policy.rules.filter(admitsMore);
  const { message, contact } = policy.rejection;
  return {
    policy: {
      ...(policy.default_image !== undefined && { default_image: policy.default_image }),
      ...(policy.helper_image !== undefined && { helper_image: policy.helper_image }),
      ...(policy.allowed_images !== undefined && { allowed_images: policy.allowed_images }),
      ...(policy.allowed_services !== undefined && { allowed_services: policy.allowed_services }),
      image_matching: policy.image_matching,
      rules: includeRules ? rules : [],
      replacements: policy.replacements,
      rejection: { ...(message !== undefined && { message }), ...(contact !== undefined && { contact }) },
      hash: policy.hash,
    },
    hasUnlistedRules: !includeRules && rules.length > 0,
  };
}

function admitsMore(rule: PolicyRule): boolean {
  return rule.allowed_images !== undefined || rule.allowed_services !== undefined;
}
