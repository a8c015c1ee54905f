// The author's to fix: GitLab shows `script_failure`, and GitLab Runner does not try again.
import { Failure, type FailureOptions, type FailureParts } from './failure.ts';

/** Why a job failed by its own doing. */
export type BuildFailureCode =
  | 'rejected'
  | 'script-failed'
  | 'image-pull-failed'
  | 'image-unusable'
  | 'out-of-memory'
  | 'storage-exceeded'
  | 'deadline-exceeded'
  | 'log-limit-exceeded';

interface BuildFailureOptions extends FailureOptions {
  /** What GitLab stores for `allow_failure:exit_codes`; 1 unless given. */
  readonly exitCode?: number;
}

/** Ends a stage as a build failure. */
export class BuildFailure extends Failure<BuildFailureCode> {
  override readonly name: string = 'BuildFailure';
  readonly exitCode: number;

  constructor(code: BuildFailureCode, parts: FailureParts, options: BuildFailureOptions = {}) {
    super(code, parts, options);
    this.exitCode = options.exitCode ?? 1;
  }
}
