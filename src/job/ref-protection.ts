// Whether a job's branch or tag is a protected one: what `protected_ref` of a rule asks.
import type { JobVariable } from './job.ts';

/** Since this version GitLab sends CI_COMMIT_REF_PROTECTED with each job. */
const sendsVariableSince = { major: 11, minor: 11 };

/**
 * `sent`: `git_info.protected`, which GitLab sends from 18.3 on. An older one says it in a predefined variable only, and a job's own of
 * that name stands in the same list. GitLab Runner takes the first (common/build.go, IsProtected), but GitLab sorts variables by what
 * they refer to, so nothing tells which of two is GitLab's. One of them is: where all agree, it is known.
 *
 * @returns null: it is not known
 */
export function readRefProtection(
  sent: boolean | null | undefined,
  variables: readonly JobVariable[],
): boolean | null {
  if (sent !== null && sent !== undefined) return sent;
  const versions = valuesOf('CI_SERVER_VERSION', variables);
  // Also the version may be the job's own, beside GitLab's.
  if (versions.size === 0 || ![...versions].every(sendsVariable)) return null;
  const [value, ...others] = valuesOf('CI_COMMIT_REF_PROTECTED', variables);
  if (others.length > 0) return null;
  return value === 'true' ? true : value === 'false' ? false : null;
}

function valuesOf(key: string, variables: readonly JobVariable[]): ReadonlySet<string> {
  return new Set(variables.filter((variable) => variable.key === key).map(({ value }) => value));
}

/** `17.11.2-ee` */
function sendsVariable(version: string): boolean {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})\./.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  const { major: sinceMajor, minor: sinceMinor } = sendsVariableSince;
  return Number(major) > sinceMajor || (Number(major) === sinceMajor && Number(minor) >= sinceMinor);
}
