// What the author is told about the security contexts: a user that was overridden, or one that makes the job impossible.
import { buildImageOf, type ExplainedFinding, type RequestedImage } from '../admission/rejection.ts';
import type { Job } from '../job/job.ts';
import { serviceIndex } from '../layout/container-names.ts';
import type { Policy } from '../policy/policy.ts';
import type { Contradiction, JobSecurity } from '../security/job-security.ts';

/** Each contradiction as a finding; empty: the contexts can stand together. */
export function findContradictions(
  { contradictions }: JobSecurity,
  job: Job,
  policy: Pick<Policy, 'allowed_users' | 'default_image'>,
): ExplainedFinding[] {
  return contradictions.map((contradiction) => ({
    ...(contradiction.isRequested
      ? { kind: 'contradiction', instead: 'Leave it out, or ask for another user.' }
      : { kind: 'no-user', instead: insteadOfPolicyUser(contradiction, policy) }),
    key: contradiction.userKey,
    requested: String(contradiction.user),
    reason: describeContradiction(contradiction),
    ...imageOf(contradiction.container, job, policy),
  }));
}

/** The user stands in the policy: a job can only ask for one of its own, and only where it may. */
function insteadOfPolicyUser(
  { container, user }: Contradiction,
  { allowed_users }: Pick<Policy, 'allowed_users'>,
): string {
  const index = serviceIndex(container);
  const key = index === null ? 'image:kubernetes:user' : `services[${index}]:kubernetes:user`;
  const mayAsk = allowed_users === undefined || allowed_users.some((id) => id !== user);
  const ask = "ask the runner's operators to change the policy";
  return mayAsk ? `Name a user other than ${user} with \`${key}\`, or ${ask}.` : `Please ${ask}.`;
}

function describeContradiction({ container, user, key, isShipped }: Contradiction): string {
  const who = isShipped
    ? `the executor's own default forbids it (\`${key}\`, which the runner's policy does not set)`
    : `the runner's policy forbids it (\`${key}\`)`;
  return `The ${container} container cannot run as user ${user}: ${who}.`;
}

function imageOf(container: string, job: Job, policy: Pick<Policy, 'default_image'>): RequestedImage {
  const service = job.services[serviceIndex(container) ?? -1];
  return service === undefined ? buildImageOf(job, policy) : { image: service.name, imageKind: 'service' };
}

/** One sentence for each user that is another than the job asks for. */
export function describeOverridden({ overridden }: JobSecurity): string[] {
  return overridden.map(
    ({ container, key, field, requested, instead, overriddenBy }) =>
      `The ${container} container runs with ${field} ${instead}, not ${requested} as \`${key}\` asks: the runner's policy decides it (\`${overriddenBy}\`).`,
  );
}
