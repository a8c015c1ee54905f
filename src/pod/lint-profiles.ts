// What an operator would want to know about the profiles of a policy, and about the rules that give them.
import type { LintFinding } from '../admission/lint/lint-policy.ts';
import type { Policy } from '../policy/policy.ts';
import type { KeyPath } from '../policy/problem.ts';
import type { JobSecurity } from '../security/job-security.ts';
import { looserFields } from '../security/looser-context.ts';
import { resolveSecurity } from '../security/resolve-context.ts';
import { shortList } from '../text/short-list.ts';
import { applyProfile } from './apply-profile.ts';

/** @param lintPods what is found in the pods that come of a policy */
export function lintProfiles(
  policy: Policy,
  lintPods: (policy: Policy) => readonly LintFinding[],
): LintFinding[] {
  const base = new Set(lintPods(policy).map(keyOf));
  return Object.keys(policy.profiles).flatMap((name) => {
    const applied = applyProfile(policy, name);
    const own = lintPods(applied).filter((finding) => !base.has(keyOf(finding)));
    const looser = looserFields(securityOf(policy), securityOf(applied));
    return [
      ...lintReach(policy, name),
      ...own.map((finding) => ({ ...finding, path: inProfile(finding.path, name) })),
      ...(looser.length > 0 ? lintGivers(policy, name, looser) : []),
    ];
  });
}

const securityOf = (policy: Policy): JobSecurity =>
  resolveSecurity({ policy, build: null, services: [{ index: 0, requested: null }] });

const keyOf = ({ path, about, message }: LintFinding): string => JSON.stringify([path, about, message]);

/** Contexts say themselves where they stand; all else that a profile changes is its own. */
const inProfile = (path: KeyPath, name: string): KeyPath =>
  path[0] === 'profiles' ? path : ['profiles', name, ...path];

function lintReach({ rules }: Policy, name: string): LintFinding[] {
  if (rules.some(({ profile }) => profile === name)) return [];
  const message = 'is given to nobody: no rule names it';
  return [{ path: ['profiles', name], about: name, severity: 'clutter', message }];
}

/** Whoever may push a branch writes what its jobs do. */
function lintGivers({ rules }: Policy, name: string, looser: readonly string[]): LintFinding[] {
  const message = `is looser than the policy (${shortList(looser)}), and the rule gives it to branches that are not protected, too: whoever may push one decides what runs in it. Add \`protected_ref: true\` if that is not meant`;
  return rules.flatMap(({ profile, when }, index) =>
    profile === name && when.protected_ref !== true
      ? [{ path: ['rules', index, 'profile'], about: name, severity: 'risk' as const, message }]
      : [],
  );
}
