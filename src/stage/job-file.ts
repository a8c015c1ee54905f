// The trusted job response file.
import { SystemFailure } from '../outcome/system-failure.ts';
import type { StageIo } from './stage-io.ts';

/** @throws SystemFailure when GitLab Runner does not say where it is, or it cannot be read */
export async function readJobFile(io: StageIo): Promise<string> {
  const path = io.env['JOB_RESPONSE_FILE'];
  if (!path) {
    throw new SystemFailure(
      'job-unreadable',
      "JOB_RESPONSE_FILE is not set. GitLab Runner 14.1 and newer sets it for each stage of a custom executor; set it to a job's JSON file to try a stage by hand.",
    );
  }
  try {
    return (await io.files.read(path)).toString('utf8');
  } catch (cause) {
    throw new SystemFailure(
      'job-unreadable',
      `Cannot read the job from JOB_RESPONSE_FILE "${path}": ${(cause as Error).message}.`,
      { cause },
    );
  }
}
