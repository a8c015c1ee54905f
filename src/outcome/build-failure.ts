// The author's to fix: GitLab shows `script_failure`, and GitLab Runner does not try again.

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

/** Ends a stage as a build failure. `exitCode` is what GitLab stores for `allow_failure:exit_codes`. */
export class BuildFailure extends Error {
  override readonly name: string = 'BuildFailure';
  readonly code: BuildFailureCode;
  readonly exitCode: number;

  constructor(
    code: BuildFailureCode,
    message: string,
    { exitCode = 1, cause }: { exitCode?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.exitCode = exitCode;
  }
}
