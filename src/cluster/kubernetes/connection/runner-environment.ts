// What of a stage's environment is the runner's, and the same for all of its jobs.
import type { Environment } from '../proxy/choose-proxy.ts';

/** GitLab Runner sets these for each job; the job's own variables are among the first ones. */
const ofOneJob = /^(CUSTOM_ENV_.*|TMPDIR|JOB_RESPONSE_FILE|BUILD_EXIT_CODE_FILE)$/s;

/** Sorted, without what one job has and another has not: a credential that depended on that could not serve both. */
export function runnerEnvironment(env: Environment): Record<string, string> {
  const own = Object.entries(env).filter(([name, value]) => value !== undefined && !ofOneJob.test(name));
  return Object.fromEntries(own.sort(([one], [other]) => (one < other ? -1 : 1))) as Record<string, string>;
}
