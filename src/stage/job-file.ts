// The trusted job response file.
import type { FailureParts } from '../outcome/failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import type { StageIo } from './stage-io.ts';

/** What to do about a file that GitLab Runner made, and that cannot be read. */
export const runnerFileAdvice: Pick<FailureParts, 'why' | 'operator'> = {
  why: 'GitLab Runner made this file just before.',
  operator:
    "run the executor as the runner's user, and let nothing clear the runner's temp directory while jobs run.",
};

/** @throws SystemFailure when GitLab Runner does not say where it is, or it cannot be read */
export async function readJobFile(io: StageIo): Promise<string> {
  const path = io.env['JOB_RESPONSE_FILE'];
  if (!path) {
    throw new SystemFailure('job-unreadable', {
      what: 'JOB_RESPONSE_FILE is not set.',
      why: "GitLab Runner 14.1 and newer sets it for each stage of a custom executor; set it to a job's JSON file to try a stage by hand.",
    });
  }
  try {
    return (await io.files.read(path)).toString('utf8');
  } catch (cause) {
    throw new SystemFailure(
      'job-unreadable',
      {
        what: `Cannot read the job from JOB_RESPONSE_FILE "${path}": ${(cause as Error).message}.`,
        ...runnerFileAdvice,
      },
      { cause },
    );
  }
}
