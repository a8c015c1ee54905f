// What the operator wrote, checked and completed: readPolicy makes it, everything after it may rely on it. Its keys, their types,
// defaults and descriptions stand in schema/policy-schema.ts; these are names for what others take of it.
import type { z } from 'zod';
import type { policySchema } from './schema/policy-schema.ts';

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** Keys keep GitLab's and Kubernetes' spelling; times are seconds, sizes bytes. */
export interface Policy extends DeepReadonly<z.output<typeof policySchema>> {
  /** sha256 of the file's bytes, first 12 hex digits: stands in the rejection and on the help page. */
  readonly hash: string;
}

export type Profile = Policy['profiles'][string];

/** A policy with one of its profiles laid over it (pod/apply-profile.ts). Contexts are layered later, so that each field keeps its place. */
export interface AppliedPolicy extends Policy {
  readonly applied?: { readonly name: string } & Pick<
    Profile,
    'default_security_context' | 'enforced_security_context'
  >;
}

/** The file as an operator writes it. */
export type WrittenPolicy = DeepReadonly<z.input<typeof policySchema>>;

export type AllowedPattern = NonNullable<Policy['allowed_images']>[number];
export type ImageChecks = NonNullable<Profile['images']>;
export type RequiredSignature = NonNullable<ImageChecks['require_signature']>[number];
export type PolicyRule = Policy['rules'][number];
export type Replacement = Policy['replacements'][number];
/** GitLab's words for Kubernetes' IfNotPresent, Always, Never. */
export type PullPolicy = Policy['pull_policy'][number];
/** Pod and container fields mixed, as Kubernetes names them. */
export type SecurityFields = Policy['default_security_context'];
export type UserNamespaces = Policy['user_namespaces'];
export type JobMaySet = NonNullable<Policy['job_may_set']>;
export type ContainerRole = keyof Policy['resources'];
export type ResourceRequirements = Policy['resources'][ContainerRole];
