// What comes of layering: the contexts of a job's pod, which requests were overridden, and what cannot be.
import type { AppliedPolicy } from '../policy/policy.ts';
import type { ResolvedContext } from './layers.ts';

/** The job's request for a user, as admission parsed it. */
export interface RequestedIds {
  readonly uid: number;
  readonly gid: number | null;
  /** How the author wrote it: `image:kubernetes:user`. */
  readonly key: string;
}

export interface JobSecurity {
  readonly pod: ResolvedContext;
  /** By container name: `build`, `helper`, `init-workspace`, `init-user-namespace`, `svc-N`, and the template's own. */
  readonly containers: Readonly<Record<string, ResolvedContext>>;
  /** For the log: the job goes on without these. */
  readonly overridden: readonly OverriddenRequest[];
  /** Not empty: the job cannot run, and no API call is made. */
  readonly contradictions: readonly Contradiction[];
}

export interface OverriddenRequest {
  readonly container: string;
  /** `image:kubernetes:user`. */
  readonly key: string;
  readonly field: 'runAsUser' | 'runAsGroup';
  readonly requested: number;
  readonly instead: number;
  /** `enforced_security_context.runAsUser`. */
  readonly overriddenBy: string;
}

export interface Contradiction {
  readonly kind: 'contradiction';
  readonly container: string;
  readonly user: number;
  /** Where the user comes from: the job's key, or a key path of the policy. */
  readonly userKey: string;
  /** Only then can the author take the user back. */
  readonly isRequested: boolean;
  /** What forbids it: a key path of the policy. */
  readonly key: string;
  /** The policy does not have that key: what is shipped forbids it. */
  readonly isShipped: boolean;
}

export interface SecurityInput {
  readonly policy: Pick<
    AppliedPolicy,
    'default_security_context' | 'enforced_security_context' | 'pod_template' | 'applied'
  >;
  readonly build: RequestedIds | null;
  /** `index`: as in the job's `services`. */
  readonly services: readonly { readonly index: number; readonly requested: RequestedIds | null }[];
}
