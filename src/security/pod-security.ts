// Kubernetes' Pod Security Standards as a function: what an API server would say of a pod in a labelled namespace.
// Source: kubernetes/pod-security-admission, policy/ (2026-07).
import { baselineChecks } from './pod-security/baseline-checks.ts';
import type { Check } from './pod-security/check.ts';
import { evaluatedPod } from './pod-security/evaluated-pod.ts';
import { overridden, restrictedChecks } from './pod-security/restricted-checks.ts';

export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** As in the label `pod-security.kubernetes.io/enforce-version`. */
export type PodSecurityVersion = 'latest' | `v1.${number}`;

export interface PodSecurityViolation {
  /** Upstream's id: `runAsNonRoot`. */
  readonly check: string;
  readonly reason: string;
  readonly detail: string;
}

/** The first release that knows `hostUsers`; policies of older versions ask for no more than this one. */
const oldestMinor = 25;

/** In upstream's order; empty: admitted. */
export function checkPodSecurity(
  pod: Readonly<Record<string, unknown>>,
  level: PodSecurityLevel,
  version: PodSecurityVersion = 'latest',
): PodSecurityViolation[] {
  const minor =
    version === 'latest' ? Number.POSITIVE_INFINITY : Math.max(oldestMinor, Number(version.slice(3)));
  const evaluated = evaluatedPod(pod);
  return checksOf(level, minor).flatMap(({ id, evaluate }) => {
    const found = evaluate(evaluated, minor);
    return found ? [{ check: id, ...found }] : [];
  });
}

/** The API server's words, after `pods "NAME" is forbidden: `. */
export function describeViolations(
  violations: readonly PodSecurityViolation[],
  level: PodSecurityLevel,
  version: PodSecurityVersion = 'latest',
): string {
  const messages = violations.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`));
  return `violates PodSecurity "${level}:${version}": ${messages.join(', ')}`;
}

function checksOf(level: PodSecurityLevel, minor: number): Check[] {
  const inForce = (check: Check): boolean => (check.since ?? 0) <= minor;
  if (level === 'privileged') return [];
  const baseline = baselineChecks.filter(inForce);
  if (level === 'baseline') return baseline;
  const restricted = restrictedChecks.filter(inForce);
  const replaced = new Set(restricted.map(({ id }) => overridden[id]));
  return [...baseline.filter(({ id }) => !replaced.has(id)), ...restricted];
}
