// Ours, or the cluster's, to fix: GitLab shows `runner_system_failure`; GitLab Runner tries prepare up to three times.

/** What kept a stage from doing its work. */
export type SystemFailureCode =
  | 'job-unreadable'
  | 'policy-invalid'
  | 'ci-file-unreadable'
  | 'unknown-sub-stage'
  | 'script-unreadable'
  | 'attempt-state'
  | 'cluster-unreachable'
  | 'cluster-refused'
  | 'unauthorized'
  | 'forbidden'
  | 'pod-security'
  | 'invalid-manifest'
  | 'conflict'
  | 'quota'
  | 'unschedulable'
  | 'not-ready'
  | 'image-registry'
  | 'user-namespace'
  | 'helper-incomplete'
  | 'pod-gone'
  | 'pod-evicted'
  | 'node-lost'
  | 'stream-lost'
  | 'interrupted'
  | 'help-page'
  | 'disk-full';

/** Ends a stage as a system failure. The message says what failed, why, and what to do next. */
export class SystemFailure extends Error {
  override readonly name: string = 'SystemFailure';
  readonly code: SystemFailureCode;
  /** How long the API server wants to be left alone before it is asked again; 0 when it did not say. */
  readonly retryAfterSeconds: number;

  constructor(
    code: SystemFailureCode,
    message: string,
    { cause, retryAfterSeconds = 0 }: { cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
