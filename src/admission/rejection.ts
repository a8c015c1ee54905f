// The no that is the author's to fix: everything of the job that was not admitted, found before anything was asked of the
// cluster. A new kind of no is a kind here, its headline in explain/rejection-message.ts, its lines in explain/describe-finding.ts
// and its image in aboutOf there (the compiler asks for each), and a finder that admit-job.ts calls, or plan-job.ts for contexts.
import type { Job } from '../job/job.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import type { Policy, PullPolicy } from '../policy/policy.ts';
import type { ImageKind, Verdict } from './verdict.ts';

/** A request about an image that is not granted, whatever the image. */
export type RequestFinding =
  | {
      readonly kind: 'pull-policy';
      readonly key: string;
      readonly requested: readonly string[];
      readonly allowed: readonly PullPolicy[];
    }
  /** `reason` is a whole sentence. */
  | { readonly kind: 'user'; readonly key: string; readonly requested: string; readonly reason: string };

/** The image that a request is about. */
export interface RequestedImage {
  readonly image: string;
  readonly imageKind: ImageKind;
}

/** For findings about the build or the job as a whole. An empty name: the job names none, and there is no default. */
export function buildImageOf(
  { image }: Pick<Job, 'image'>,
  { default_image = '' }: Pick<Policy, 'default_image'>,
): RequestedImage {
  return { image: image?.name || default_image, imageKind: 'image' };
}

/** A thing that its finder explains: `reason` and `instead` are whole sentences. See the first comment for what a new kind needs. */
export interface ExplainedFinding extends Partial<RequestedImage> {
  /**
   * `too-much`: more, or longer, than a job may be. `contradiction`: the policy forbids the user that the job asks for. `no-user`: the
   * job asks for none, and the policy forbids the one that it gives itself. `overwrite`: something of its pod that a KUBERNETES_* variable
   * asks for (src/plan/overwrites).
   */
  readonly kind:
    | 'too-much'
    | 'alias'
    | 'clone-path'
    | 'profile'
    | 'contradiction'
    | 'no-user'
    | 'overwrite'
    | 'signature';
  readonly key: string;
  /** As written. */
  readonly requested: string;
  readonly reason: string;
  readonly instead: string;
}

export type RejectionFinding =
  | { readonly kind: 'name'; readonly key: string; readonly verdict: Verdict }
  | { readonly kind: 'no-image' }
  | ExplainedFinding
  | (RequestFinding & RequestedImage);

export class Rejection extends BuildFailure {
  override readonly name: string = 'Rejection';
  readonly findings: readonly RejectionFinding[];

  constructor(findings: readonly RejectionFinding[], exitCode: number) {
    super('rejected', { what: 'This runner does not allow what the job asks for.' }, { exitCode });
    this.findings = findings;
  }
}
