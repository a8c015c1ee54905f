// What doctor tells a person, and a program.

import { painter, type TextStyle } from '../text/text-style.ts';
import { type Cell, textTable, wrapText } from '../text/text-table.ts';
import type { Finding, Mend } from './finding.ts';

export function describeFindings(findings: readonly Finding[], style: TextStyle): string {
  const rows = findings.map(({ check, verdict, found }) => [check, wordOf(verdict, style), found]);
  const worst = ['fail', 'warn'].flatMap((verdict) =>
    findings.filter((finding) => finding.verdict === verdict),
  );
  const conclude = painter(style, isReady(findings) ? 'green' : 'red');
  return [
    ...textTable({ titles: ['check', 'result', 'found'], rows, width: style.width }),
    ...worst.flatMap((finding) => describeMends(finding, style)),
    '',
    ...wrapText(summaryOf(findings), style.width).map(conclude),
    '',
  ].join('\n');
}

const words = { ok: 'ok', warn: 'warn', fail: 'FAIL', skip: 'skip' } as const;
const colours = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'plain' } as const;

function wordOf(verdict: Finding['verdict'], style: TextStyle): Cell {
  return { text: words[verdict], paint: painter(style, colours[verdict]) };
}

function describeMends({ check, verdict, mends }: Finding, style: TextStyle): string[] {
  if (mends.length === 0) return [];
  const head = `${painter(style, colours[verdict])(words[verdict])} ${painter(style, 'bold')(check)}`;
  return ['', head, ...mends.flatMap((mend) => describeMend(mend, style.width))];
}

/** Code keeps its lines, however long: it is there to be copied. */
function describeMend({ words, code = '' }: Mend, width: number): string[] {
  const lines = code === '' ? [] : code.split('\n').map((line) => `    ${line}`);
  return [...wrapText(`  ${words}`, width), ...lines];
}

function summaryOf(findings: readonly Finding[]): string {
  const counts = (['ok', 'warn', 'fail', 'skip'] as const)
    .map(
      (verdict) =>
        [findings.filter((finding) => finding.verdict === verdict).length, words[verdict]] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  return `${isReady(findings) ? 'Ready for jobs' : 'Not ready for jobs'}: ${counts.join(', ')}.`;
}

/** Warnings are allowed. */
export function isReady(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== 'fail');
}

/** One JSON object; keys are part of the interface (docs/sweep-and-doctor.md). */
export function findingsJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ ready: isReady(findings), checks: findings }, null, 2)}\n`;
}
