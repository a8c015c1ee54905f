// What ends a job from outside, and what its end means to GitLab and to after_script (common/build.go).
import type { Build } from './build.ts';
import { buildFailure, type Failure, isCancel, isTimeout, jobCanceled } from './failure.ts';
import { goDuration } from './go-words.ts';

/** Who may end the job from outside: GitLab's answers call these. */
export interface Ends {
  /** What a click on Cancel does at the moment; the job's scripts replace it. */
  cancel: () => void;
  /** Ends the whole job. */
  abort: () => void;
}

/** What the job's own context being over means to GitLab. */
export function endOfJob(build: Build, failure: Failure): Failure {
  if (isCancel(failure)) return jobCanceled;
  if (failure.kind === 'deadline') {
    return buildFailure(
      `execution took longer than ${goDuration(build.timeoutMs)} seconds`,
      'job_execution_timeout',
    );
  }
  return failure;
}

/** `prepare_timeout` and `get_sources_timeout`: only where they are shorter than the job's. */
export function stageTimeout(build: Build, stage: 'prepare' | 'get_sources') {
  const seconds = build.config.settings[`${stage}_timeout`];
  if (seconds === undefined || seconds <= 0 || seconds * 1000 > build.timeoutMs) return {};
  const words = `${stage.replace('_', ' ')} timeout: exceeded timeout of ${goDuration(seconds * 1000)}`;
  return { timeoutMs: seconds * 1000, cause: buildFailure(words, 'job_execution_timeout') };
}

/** CI_JOB_STATUS as after_script sees it. */
export function statusAfter(failure: Failure | null): Build['status'] {
  if (failure === null) return 'success';
  if (isCancel(failure)) return 'canceled';
  return isTimeout(failure) ? 'timedout' : 'failed';
}
