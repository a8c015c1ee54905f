// How a call, a sub-stage or a job fails, as values; the words are GitLab Runner's (common/build.go, executors/custom/command).

/** What GitLab is told; it knows more, a custom executor can cause only these. */
export type FailureReason =
  | 'script_failure'
  | 'runner_system_failure'
  | 'runner_configuration_error'
  | 'job_execution_timeout'
  | 'job_canceled'
  | 'runner_interrupted';

export type Failure =
  /** The author's fault, or decided by the runner: never tried again. */
  | {
      readonly kind: 'build';
      readonly text: string;
      readonly reason: FailureReason;
      /** 0: none is sent to GitLab. */
      readonly exitCode: number;
    }
  /** Any other error: `runner_system_failure`, prepare is tried again. */
  | { readonly kind: 'system'; readonly text: string }
  /** The context of the work was over. */
  | { readonly kind: 'canceled' | 'deadline'; readonly text: string };

export const contextCanceled: Failure = { kind: 'canceled', text: 'context canceled' };
export const contextDeadline: Failure = { kind: 'deadline', text: 'context deadline exceeded' };
export const jobCanceled = buildFailure('canceled', 'job_canceled');

export function systemFailure(text: string): Failure {
  return { kind: 'system', text };
}

export function buildFailure(text: string, reason: FailureReason, exitCode = 0): Failure {
  return { kind: 'build', text, reason, exitCode };
}

/** An exit code that is neither BUILD_FAILURE_EXIT_CODE nor SYSTEM_FAILURE_EXIT_CODE. */
export function unknownExit(exitCode: number, status: string): Failure {
  return systemFailure(
    `unknown Custom executor executable exit code ${exitCode}; executable execution terminated with: ${status}`,
  );
}

export function isCancel(failure: Failure): boolean {
  return failure.kind === 'canceled' || (failure.kind === 'build' && failure.reason === 'job_canceled');
}

export function isTimeout(failure: Failure): boolean {
  return (
    failure.kind === 'deadline' || (failure.kind === 'build' && failure.reason === 'job_execution_timeout')
  );
}
