// What is not admitted in a CI file as GitLab's code quality report, so that a merge request shows it at its line
// (https://docs.gitlab.com/ci/testing/code_quality/).
import { createHash } from 'node:crypto';
import { plainLine } from '../text/plain-text.ts';
import type { CheckedName } from './check-report.ts';

interface CodeQualityFinding {
  readonly description: string;
  readonly check_name: string;
  /** The same finding has the same one, whatever its line: GitLab tells new ones from old by it. */
  readonly fingerprint: string;
  /** The job cannot run. */
  readonly severity: 'blocker';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** One JSON array; an empty one is a report that finds nothing. */
export function codeQualityReport(checked: readonly CheckedName[]): string {
  const seen = new Map<string, number>();
  const findings = checked.flatMap((each) => {
    const finding = findingOf(each);
    if (finding === null) return [];
    const identity = identify(each, finding);
    // The same name twice in a file makes two findings.
    const occurrence = seen.get(identity) ?? 0;
    seen.set(identity, occurrence + 1);
    const fingerprint = createHash('sha256').update(`${occurrence}${identity}`).digest('hex');
    return [{ ...finding, fingerprint }];
  });
  return `${JSON.stringify(findings, null, 2)}\n`;
}

/** What is asked for, and where; not the advice, which changes with the policy and would make an old finding a new one. */
function identify(
  { verdict, found }: CheckedName,
  { check_name, location }: Omit<CodeQualityFinding, 'fingerprint'>,
): string {
  return JSON.stringify([check_name, location.path, verdict.kind, verdict.image, found?.job]);
}

function findingOf({ verdict, found }: CheckedName): Omit<CodeQualityFinding, 'fingerprint'> | null {
  if (verdict.allowed || found === null) return null;
  const { image, kind, reason, suggestion } = verdict;
  const what = reason.code === 'no-image' ? `job ${found.job}` : `${kind} ${image} of job ${found.job}`;
  const words = [`This runner rejects ${what}.`, reason.text, suggestion?.text ?? ''].filter(Boolean);
  return {
    description: plainLine(words.join(' ')),
    check_name: `gitlab-pod-executor/${reason.code}`,
    severity: 'blocker',
    location: { path: found.file, lines: { begin: found.line } },
  };
}
