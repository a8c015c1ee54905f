// What of a policy anyone may read: the limits and the words for authors. Cluster, contexts and templates never leave it.
import type { Policy } from '../policy/policy.ts';

/** Named one by one, so that a key added to the policy stays private until somebody decides otherwise. */
const publishedKeys = [
  'default_image',
  'helper_image',
  'allowed_images',
  'allowed_services',
  'image_matching',
  'replacements',
  'pull_policy',
  'allowed_pull_policies',
  'allowed_users',
  'allowed_groups',
  'hash',
] as const satisfies readonly (keyof Policy)[];

const publishedWords = ['message', 'contact'] as const;

export type PublishedPolicy = Pick<Policy, (typeof publishedKeys)[number] | 'rules'> & {
  readonly rejection: Pick<Policy['rejection'], (typeof publishedWords)[number]>;
};

/** What the page's script reads. */
export interface PageData {
  readonly policy: PublishedPolicy;
  /** The policy has rules that admit more for some projects, and the page leaves them out. */
  readonly hasUnlistedRules: boolean;
}

export function publishPolicy(policy: Policy, { includeRules }: { includeRules: boolean }): PageData {
  return {
    policy: {
      ...pick(policy, publishedKeys),
      rules: includeRules ? policy.rules : [],
      rejection: pick(policy.rejection, publishedWords),
    },
    hasUnlistedRules: !includeRules && policy.rules.length > 0,
  };
}

function pick<Source extends object, Key extends keyof Source>(
  source: Source,
  keys: readonly Key[],
): Pick<Source, Key> {
  const present = keys.filter((key) => source[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, source[key]])) as Pick<Source, Key>;
}
