import type { When } from '../gitlab/job-payload.ts';

/** Whether `when` of an artifact or a cache asks for it, after a job that went so. */
export function isWanted(when: When, succeeded: boolean): boolean {
  return when === 'always' || when === (succeeded ? 'on_success' : 'on_failure');
}
