// What an operator should know about a policy that loads.
import { lintImageChecks } from '../admission/lint/lint-image-checks.ts';
import { type LintFinding, lintPolicy } from '../admission/lint/lint-policy.ts';
import { describeUnproven } from '../plan/namespace-proof.ts';
import { lintPodPolicy } from '../pod/lint-pod-policy.ts';
import type { Policy } from '../policy/policy.ts';
import { formatKeyPath } from '../policy/problem.ts';
import { plainLine } from '../text/plain-text.ts';
import { type DoctorFinding, ok, type Remedy, warn } from './doctor-finding.ts';

export interface PolicyInput {
  readonly policy: Policy;
  readonly policyFile: string;
  /** What reading it had to say, one line each. */
  readonly notes: readonly string[];
}

export function checkPolicy(request: PolicyInput): readonly DoctorFinding[] {
  return [describePolicy(request), lint(request), lintPod(request)];
}

function describePolicy({ policy, policyFile, notes }: PolicyInput): DoctorFinding {
  const file = `${plainLine(policyFile)}, hash ${policy.hash}`;
  const unproven = describeUnproven(policy);
  const remarks = [...notes.map(plainLine), ...(unproven === null ? [] : [unproven])];
  return remarks.length === 0 ? ok('policy', file) : warn('policy', [file, ...remarks].join('\n'));
}

/** The table is about the cluster; `check --lint` has room for all of them. */
const maxShown = 3;

function lint({ policy, policyFile }: PolicyInput): DoctorFinding {
  const check = 'policy lint';
  const findings = [...lintPolicy(policy), ...lintImageChecks(policy)].filter(
    ({ severity }) => severity === 'risk' || severity === 'gap',
  );
  const isOpen = policy.allowed_images === undefined;
  if (findings.length === 0 && isOpen) return warn(check, everyImage, listImages);
  if (findings.length === 0) return ok(check, 'no pattern allows more, or less, than it seems to');
  const found = [...(isOpen ? [everyImage] : []), describeFirst(findings)].join('\n');
  return warn(check, found, ...(isOpen ? [listImages] : []), seeAll('change the patterns', policyFile));
}

/** Meant so, perhaps; but nobody should learn it from a stranger's job. */
const everyImage = 'there is no `allowed_images`: jobs may use every image that there is';
const listImages: Remedy = {
  text: 'Where strangers write the jobs, list what they may use (docs/allow-lists.md); the list of config.toml fits as it is:',
  code: 'allowed_images:\n  - registry.example.org/**\n  - "{debian,ubuntu}{,:*,@*}"',
};

function lintPod({ policy, policyFile }: PolicyInput): DoctorFinding {
  const check = 'pod lint';
  const findings = lintPodPolicy(policy);
  if (findings.length === 0) return ok(check, 'nothing weakens what the executor promises');
  return warn(check, describeFirst(findings), seeAll('weigh what each weakens', policyFile));
}

function describeFirst(findings: readonly LintFinding[]): string {
  const hidden = findings.length - maxShown;
  const shown = findings.slice(0, maxShown).map(describeLint);
  return [...shown, ...(hidden > 0 ? [`and ${hidden} more`] : [])].join('\n');
}

const seeAll = (then: string, policyFile: string): Remedy => ({
  text: `See all of it, and ${then}:`,
  code: `gitlab-pod-executor check --lint --policy ${policyFile}`,
});

function describeLint({ path, about, message }: LintFinding): string {
  return plainLine(`${formatKeyPath(path)} \`${about}\` ${message}`);
}
