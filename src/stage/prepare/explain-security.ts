// What the author hears about the security contexts: a wish that was not granted, or one that makes the job impossible.
import type { AdmittedJob } from '../../admission/admitted-job.ts';
import { Rejection, type RequestedImage } from '../../admission/rejection.ts';
import { serviceContainer } from '../../layout/container-names.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Contradiction, JobSecurity } from '../../security/job-security.ts';
import { line } from '../../text/log-lines.ts';
import type { StageIo } from '../stage-io.ts';

/** @throws Rejection that names all contradictions; nothing was asked of the cluster yet */
export function rejectContradictions(
  security: JobSecurity,
  { admitted, policy }: { readonly admitted: AdmittedJob; readonly policy: Policy },
): void {
  if (security.contradictions.length === 0) return;
  const findings = security.contradictions.map((contradiction) => ({
    kind: 'user' as const,
    key: contradiction.userKey,
    requested: String(contradiction.user),
    reason: describeContradiction(contradiction),
    ...imageOf(contradiction.container, admitted),
  }));
  throw new Rejection(findings, policy.rejection.exit_code);
}

function describeContradiction({ container, user, key, isShipped }: Contradiction): string {
  const who = isShipped
    ? `the executor's own default forbids it (\`${key}\`, which the runner's policy does not set)`
    : `the runner's policy forbids it (\`${key}\`)`;
  return `The ${container} container cannot run as user ${user}: ${who}.`;
}

function imageOf(container: string, { build, services }: AdmittedJob): RequestedImage {
  const index = services.findIndex((_, each) => serviceContainer(each) === container);
  const service = services[index];
  if (service === undefined) return { image: build.image.name, imageKind: 'image' };
  return { image: service.image.name, imageKind: 'service' };
}

export function logOverridden(security: JobSecurity, io: StageIo): void {
  for (const { container, key, field, requested, instead, droppedBy } of security.dropped) {
    io.log(
      line(
        `The ${container} container runs with ${field} ${instead}, not ${requested} as \`${key}\` asks: the runner's policy decides it (\`${droppedBy}\`).`,
        'yellow',
      ),
    );
  }
}
