// What doctor prints for a person, and for a program.

import { painter, type TextStyle } from '../text/text-style.ts';
import { type Cell, textTable, wrapText } from '../text/text-table.ts';
import type { DoctorFinding, Remedy } from './doctor-finding.ts';

export function describeFindings(findings: readonly DoctorFinding[], style: TextStyle): string {
  const rows = findings.map(({ check, verdict, found }) => [check, wordOf(verdict, style), found]);
  const worst = ['fail', 'warn'].flatMap((verdict) =>
    findings.filter((finding) => finding.verdict === verdict),
  );
  const conclude = painter(style, isReady(findings) ? 'green' : 'red');
  return [
    ...textTable({ titles: ['check', 'result', 'found'], rows, width: style.width, names: 2 }),
    ...worst.flatMap((finding) => describeRemedies(finding, style)),
    '',
    ...wrapText(summaryOf(findings), style.width).map(conclude),
    '',
  ].join('\n');
}

const text = { ok: 'ok', warn: 'warn', fail: 'FAIL', skip: 'skip' } as const;
const colours = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'plain' } as const;

function wordOf(verdict: DoctorFinding['verdict'], style: TextStyle): Cell {
  return { text: text[verdict], paint: painter(style, colours[verdict]) };
}

function describeRemedies({ check, verdict, remedies }: DoctorFinding, style: TextStyle): string[] {
  if (remedies.length === 0) return [];
  const head = `${painter(style, colours[verdict])(text[verdict])} ${painter(style, 'bold')(check)}`;
  return ['', head, ...remedies.flatMap((remedy) => describeRemedy(remedy, style.width))];
}

/** Code keeps its lines, however long: it is there to be copied. */
function describeRemedy({ text, code = '' }: Remedy, width: number): string[] {
  const lines = code === '' ? [] : code.split('\n').map((line) => `    ${line}`);
  return [...wrapText(`  ${text}`, width), ...lines];
}

function summaryOf(findings: readonly DoctorFinding[]): string {
  const counts = (['ok', 'warn', 'fail', 'skip'] as const)
    .map(
      (verdict) => [findings.filter((finding) => finding.verdict === verdict).length, text[verdict]] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  return `${isReady(findings) ? 'Ready for jobs' : 'Not ready for jobs'}: ${counts.join(', ')}.`;
}

/** Warnings are allowed. */
export function isReady(findings: readonly DoctorFinding[]): boolean {
  return findings.every(({ verdict }) => verdict !== 'fail');
}

/** One JSON object; keys are part of the interface (docs/sweep-and-doctor.md). */
export function findingsJson(findings: readonly DoctorFinding[]): string {
  return `${JSON.stringify({ ready: isReady(findings), checks: findings }, null, 2)}\n`;
}
