// One thing of a job that was not allowed, as a block of lines: what, why, instead.
import { plainLine } from '../outcome/plain-text.ts';
import type { Finding } from './rejection.ts';
import type { Verdict } from './verdict.ts';

const indent = '  ';
/** As wide as the longest label, so that the texts stand under each other. */
const labelWidth = 'Understood as:'.length + 1;

export function describeFinding(finding: Finding): readonly string[] {
  switch (finding.kind) {
    case 'name':
      return describeName(finding.verdict, finding.key);
    case 'no-image':
      return block('image', '(none)', [
        ['Why:', 'The job has no image:, and the policy of this runner has no default_image.'],
        ['Instead:', 'Name one of the allowed images.'],
      ]);
    case 'pull-policy':
      return block(finding.key, finding.asked.join(', '), [
        ['Why:', 'This runner pulls images otherwise.'],
        ['Instead:', `Write ${finding.allowed.join(' or ')}, or leave it out.`],
      ]);
    case 'user':
      return block(finding.key, finding.asked, [['Why:', finding.reason]]);
  }
}

function describeName(verdict: Verdict, key: string): readonly string[] {
  const { image, canonical, reason, suggestion, nearest } = verdict;
  const isSaid = nearest === null || reason.text.includes(`\`${nearest.pattern}\``);
  const example = nearest?.example ?? null;
  return block(key, image, [
    canonical === null || canonical === image ? null : ['Understood as:', canonical],
    ['Why:', reason.text],
    ['Instead:', suggestion?.text ?? otherwise(verdict)],
    nearest === null || isSaid ? null : ['Nearest:', sayNearest(nearest.pattern, nearest.because)],
    example === null || suggestion?.use != null
      ? null
      : ['Would pass:', `${example} (if there is such an image)`],
  ]);
}

/** Nobody is left without a next step. */
function otherwise({ kind, nearest }: Verdict): string {
  const like = nearest?.example == null ? '' : ', such as the one below';
  return `Choose one of the ${kind}s that are allowed${like}, or ask for this one.`;
}

function sayNearest(pattern: string, because: string | null): string {
  return because === null ? pattern : `${pattern} (${because})`;
}

/** `image: NAME`, and the labelled lines under it. */
function block(
  key: string,
  value: string,
  rows: readonly (readonly [label: string, text: string] | null)[],
): readonly string[] {
  return [
    `${indent}${key}: ${plainLine(value)}`,
    ...rows
      .filter((row) => row !== null)
      .map(([label, text]) => `${indent}${indent}${label.padEnd(labelWidth)}${plainLine(text)}`),
  ];
}
