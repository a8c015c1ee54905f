// Plans of jobs for tests: null for a job that is rejected.
import { Rejection } from '../../src/admission/rejection.ts';
import type { Job } from '../../src/job/job.ts';
import type { JobObjects, JobPlan, PodAttempt } from '../../src/plan/job-plan.ts';
import { planJob } from '../../src/plan/plan-job.ts';
import type { Policy } from '../../src/policy/policy.ts';

export function planOrRejection(job: Job, policy: Policy): JobPlan | Rejection {
  try {
    return planJob({ job, policy, runnerVersion: '19.4.0' });
  } catch (rejection) {
    if (rejection instanceof Rejection) return rejection;
    throw rejection;
  }
}

/** One that promises user namespaces, or one that is too old to. */
export const serverOf = (mayIgnoreHostUsers: boolean) => ({ major: 1, minor: mayIgnoreHostUsers ? 32 : 33 });

export function objectsOf(job: Job, policy: Policy, attempt: Partial<PodAttempt> = {}): JobObjects | null {
  const plan = planOrRejection(job, policy);
  if (plan instanceof Rejection) return null;
  return plan.objects({
    random: 'k7m2qx4d',
    now: new Date('2026-11-21T02:00:00Z'),
    server: serverOf(false),
    ...attempt,
  });
}
