// One thing of a job that was not allowed, as a block of lines: what, why, instead.
import { plainLine } from '../../text/plain-text.ts';
import { shortList } from '../../text/short-list.ts';
import type { RejectionFinding } from '../rejection.ts';
import type { Verdict } from '../verdict.ts';
import { noImageAdvice, noImageReason } from './no-image.ts';

const indent = '  ';
/** As wide as the longest label, so that the texts stand under each other. */
const labelWidth = 'Understood as:'.length + 1;

/** Longer names are no slip of the pen, and nobody reads them. */
const maxValueLength = 300;

/** What stands in place of a name where the job has none. */
export const noImage = '(none)';

export function describeFinding(finding: RejectionFinding): readonly string[] {
  switch (finding.kind) {
    case 'name':
      return describeName(finding.verdict);
    case 'no-image':
      return block('image', noImage, [
        ['Why:', noImageReason],
        ['Instead:', noImageAdvice],
      ]);
    case 'pull-policy':
      return block(finding.key, shortList(finding.requested), [
        ['Why:', 'This runner allows other pull policies only.'],
        ['Instead:', `Write ${finding.allowed.map((each) => `\`${each}\``).join(' or ')}, or leave it out.`],
      ]);
    case 'user':
      return block(finding.key, finding.requested, [['Why:', finding.reason]]);
    case 'too-much':
    case 'alias':
    case 'clone-path':
    case 'profile':
    case 'contradiction':
    case 'no-user':
    case 'overwrite':
    case 'signature':
      return block(finding.key, finding.requested, [
        ['Why:', finding.reason],
        ['Instead:', finding.instead],
      ]);
  }
}

function describeName(verdict: Verdict): readonly string[] {
  const { image, kind, canonical, reason, suggestion, nearest } = verdict;
  return block(kind, image, [
    canonical === null || canonical === image ? null : ['Understood as:', canonical],
    ['Why:', reason.text],
    nearest === null || nearest.isNamed
      ? null
      : ['Nearest:', describeNearestPattern(nearest.pattern, nearest.because)],
    ['Instead:', suggestion?.text ?? otherwise(verdict)],
  ]);
}

/** Nobody is left without a next step. */
function otherwise({ reason, nearest }: Verdict): string {
  if (reason.code === 'not-valid') return 'Correct the name.';
  const choice = 'choose one from the list below, or ask for this one';
  const example = nearest?.example ?? null;
  if (example === null) return `Please ${choice}.`;
  return `Use \`${example}\`, if there is such an image; or ${choice}.`;
}

function describeNearestPattern(pattern: string, because: string | null): string {
  return because === null ? pattern : `${pattern} (${because})`;
}

/** `image: NAME`, and the labelled lines under it. */
function block(
  key: string,
  value: string,
  rows: readonly (readonly [label: string, text: string] | null)[],
): readonly string[] {
  return [
    `${indent}${key}: ${plainLine(value.slice(0, maxValueLength))}`,
    ...rows
      .filter((row) => row !== null)
      .map(([label, text]) => `${indent}${indent}${label.padEnd(labelWidth)}${plainLine(text)}`),
  ];
}
