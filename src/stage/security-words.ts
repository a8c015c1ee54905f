// What the author hears about the security contexts: a wish that was not granted, or one that makes the job impossible.
import { Rejection } from '../admission/rejection.ts';
import type { Policy } from '../policy/policy.ts';
import type { JobSecurity } from '../security/job-security.ts';
import { line } from './log-lines.ts';
import type { StageIo } from './stage-io.ts';

/** @throws Rejection that names all contradictions; nothing was asked of the cluster yet */
export function rejectContradictions(security: JobSecurity, policy: Policy): void {
  if (security.contradictions.length === 0) return;
  const findings = security.contradictions.map(({ container, user, userKey, key }) => ({
    kind: 'user' as const,
    key: userKey,
    asked: String(user),
    reason: `The ${container} container cannot run as user ${user}: the runner's policy forbids it (\`${key}\`).`,
  }));
  throw new Rejection(findings, policy.rejection.exit_code);
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
