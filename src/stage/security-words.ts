// What the author hears about the security contexts: a wish that was not granted, or one that makes the job impossible.
import { BuildFailure } from '../outcome/build-failure.ts';
import type { Policy } from '../policy/policy.ts';
import type { JobSecurity } from '../security/job-security.ts';
import { line } from './log-lines.ts';
import type { StageIo } from './stage-io.ts';

/** @throws BuildFailure after it told all contradictions; nothing was asked of the cluster yet */
export function rejectContradictions(security: JobSecurity, policy: Policy, io: StageIo): void {
  if (security.contradictions.length === 0) return;
  for (const { container, user, userKey, key } of security.contradictions) {
    io.tell(
      line(
        `ERROR: The ${container} container cannot run as user ${user} (\`${userKey}\`): this runner's policy forbids it (\`${key}\`).`,
        'red',
      ),
    );
  }
  io.tell(line('The limit is deliberate. Ask for a user that the policy allows, or leave the user out.'));
  const { message, contact } = policy.rejection;
  for (const text of [message, contact]) if (text) io.tell(line(text));
  throw new BuildFailure('rejected', 'The job asks for a user that this runner does not allow.', {
    exitCode: policy.rejection.exit_code,
  });
}

export function tellDroppedWishes(security: JobSecurity, io: StageIo): void {
  for (const { container, key, field, wished, instead, droppedBy } of security.dropped) {
    io.tell(
      line(
        `The ${container} container runs with ${field} ${instead}, not ${wished} as \`${key}\` asks: the runner's policy decides it (\`${droppedBy}\`).`,
        'yellow',
      ),
    );
  }
}
