// What the parts of a pod are made from.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import type { Policy, SecurityFields } from '../policy/policy.ts';
import type { Proof } from './pid-one.ts';

export interface PodParts {
  readonly admitted: AdmittedJob;
  readonly policy: Policy;
  readonly contextOf: (container: string) => SecurityFields;
  readonly proof: Proof;
  /** By container: how many of its pull policies failed in earlier attempts. */
  readonly pullAttempts: Readonly<Record<string, number>>;
}
