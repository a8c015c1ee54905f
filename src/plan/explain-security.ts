// What the author is told about the security contexts: a user that was overridden, or one that makes the job impossible.
import type { ExplainedFinding, RequestedImage } from '../admission/rejection.ts';
import type { Job } from '../job/job.ts';
import { serviceIndex } from '../layout/container-names.ts';
import type { Contradiction, JobSecurity } from '../security/job-security.ts';

/** Each contradiction as a finding; empty: the contexts can stand together. */
export function findContradictions({ contradictions }: JobSecurity, job: Job): ExplainedFinding[] {
  return contradictions.map((contradiction) => ({
    kind: 'contradiction',
    key: contradiction.userKey,
    requested: String(contradiction.user),
    reason: describeContradiction(contradiction),
    instead: 'Leave it out, or ask for another user.',
    ...imageOf(contradiction.container, job),
  }));
}

function describeContradiction({ container, user, key, isShipped }: Contradiction): string {
  const who = isShipped
    ? `the executor's own default forbids it (\`${key}\`, which the runner's policy does not set)`
    : `the runner's policy forbids it (\`${key}\`)`;
  return `The ${container} container cannot run as user ${user}: ${who}.`;
}

function imageOf(container: string, { image, services }: Job): RequestedImage {
  const service = services[serviceIndex(container) ?? -1];
  return service === undefined
    ? { image: image?.name ?? '', imageKind: 'image' }
    : { image: service.name, imageKind: 'service' };
}

/** One sentence for each user that is another than the job asks for. */
export function describeOverridden({ overridden }: JobSecurity): string[] {
  return overridden.map(
    ({ container, key, field, requested, instead, overriddenBy }) =>
      `The ${container} container runs with ${field} ${instead}, not ${requested} as \`${key}\` asks: the runner's policy decides it (\`${overriddenBy}\`).`,
  );
}
