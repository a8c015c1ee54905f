// One thing that weakens a promise, at its place in the policy.
import type { LintFinding } from '../../../admission/lint/lint-policy.ts';
import type { KeyPath } from '../../../policy/problem.ts';
import { type Promised, weakens } from '../promises.ts';

/** A value as it is quoted: enough to know it again. */
const maxQuoteLength = 60;

export function fieldRisk(path: KeyPath, about: unknown, promised: Promised, what: string): LintFinding {
  return { path, about: quote(about), severity: 'risk', message: weakens(promised, what) };
}

/** What is no risk, and may not do what was meant. */
export function fieldGap(path: KeyPath, about: unknown, message: string): LintFinding {
  return { path, about: quote(about), severity: 'gap', message };
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > maxQuoteLength ? `${text.slice(0, maxQuoteLength)}…` : text;
}
