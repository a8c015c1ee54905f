// What the parts of a pod are made from.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import type { Proof } from '../in-container/process-one.ts';
import type { Policy, SecurityFields } from '../policy/policy.ts';
import type { UsedClaim } from './containers/workspace.ts';

export interface PodParts {
  readonly admitted: AdmittedJob;
  readonly policy: Policy;
  readonly contextOf: (container: string) => SecurityFields;
  readonly proof: Proof;
  /** 8 characters of base32, new for every attempt. */
  readonly random: string;
  readonly now: Date;
  /** Names of Secrets that this attempt made for the job's registry credentials. */
  readonly pullSecrets: readonly string[];
  /** null: the workspace goes with the pod. */
  readonly claim: UsedClaim | null;
  /** By canonical name: the digests that stand in place of tags. */
  readonly digests: ReadonlyMap<string, string>;
  /** By container: how many of its pull policies failed in earlier attempts. */
  readonly pullAttempts: Readonly<Record<string, number>>;
}
