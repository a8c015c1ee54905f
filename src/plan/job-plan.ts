// What comes of a job under a policy, before anything is asked of a cluster.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import type { ChosenProfile } from '../admission/choose-profile.ts';
import type { JobImageChecks } from '../admission/image-checks.ts';
import type { UsedClaim } from '../pod/containers/workspace.ts';
import type { PodManifest } from '../pod/manifest.ts';
import type { Policy } from '../policy/policy.ts';
import type { JobSecurity } from '../security/job-security.ts';
import type { JobCredentials } from './job-credentials.ts';
import type { ApiVersion } from './namespace-proof.ts';
import type { SecretManifest } from './plan-secret.ts';

export interface JobPlan {
  readonly admitted: AdmittedJob;
  /** The policy, with the job's profile laid over it. */
  readonly policy: Policy;
  /** null: the job runs as the policy says for all. */
  readonly profile: ChosenProfile | null;
  /** What registries have to be asked first. */
  readonly imageChecks: JobImageChecks;
  /** Without contradictions; each field with who decided it. */
  readonly security: JobSecurity;
  readonly credentials: JobCredentials;
  /** Where GitLab's scripts clone to. */
  readonly projectDirectory: string;
  /** What the job sets of its pod by itself, as the policy lets it: clauses; text of the job in it is as it was written. */
  readonly granted: readonly string[];
  /** What the job asks for and does not get, one line each; text of the job in it is as it was written. */
  readonly notes: readonly string[];
  /** What may hurt the job, or what its author believes of it; as `notes`. */
  readonly warnings: readonly string[];
  /** Whether `objects` depends on the API server's version. */
  readonly needsServerVersion: boolean;
  /**
   * Whether the pod must show a user namespace of its own. `made`: its spec as the API server has it, which can ask for the proof and
   * never spare it.
   */
  readonly mustProveUserNamespace: (made?: { readonly runtimeClassName?: string | undefined }) => boolean;
  /** All that is made in the cluster for one attempt. */
  readonly objects: (attempt: PodAttempt) => JobObjects;
}

/** One try to start the pod. */
export interface PodAttempt {
  /** 8 characters of base32, new for each. */
  readonly random: string;
  readonly now: Date;
  /** null: not asked, see `needsServerVersion`. */
  readonly server: ApiVersion | null;
  /** By canonical name: the digests that stand in place of tags. */
  readonly digests?: ReadonlyMap<string, string>;
  /** The lasting workspace that the attempt holds; absent: the workspace goes with the pod. */
  readonly claim?: UsedClaim | null | undefined;
  /** By container: how many of its pull policies failed in earlier attempts. */
  readonly pullAttempts?: Readonly<Record<string, number>>;
}

export interface JobObjects {
  readonly pod: PodManifest;
  /** They have to be there before the pod, and are adopted by it. */
  readonly secrets: readonly SecretManifest[];
}
