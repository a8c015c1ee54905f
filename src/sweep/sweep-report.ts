// What sweep prints for a person, and for a program.

import { durationText } from '../text/duration-text.ts';
import { formatSize } from '../text/format-size.ts';
import { painter, type TextStyle } from '../text/text-style.ts';
import { type Cell, textTable, wrapText } from '../text/text-table.ts';
import type { SweepReport, Swept } from './sweep.ts';

export function describeSweep(report: SweepReport, style: TextStyle): string {
  const { objects, isDryRun } = report;
  const titles = ['object', 'job', 'project', 'age', 'why', ...(isDryRun ? [] : ['result'])];
  const rows = objects.map((object) => [...rowOf(object), ...(isDryRun ? [] : [resultOf(object, style)])]);
  const table = rows.length > 0 ? [...textTable({ titles, rows, width: style.width }), ''] : [];
  const paragraphs = [summaryOf(report), ...failuresOf(report), ...notesOf(report)];
  return [...table, ...paragraphs.flatMap((text) => wrapText(text, style.width)), ''].join('\n');
}

function rowOf({ kind, name, job, project, ageSeconds, why }: Swept): string[] {
  return [`${kind}/${name}`, job, project, ageSeconds === null ? '?' : durationText(ageSeconds), why];
}

function resultOf({ result }: Swept, style: TextStyle): Cell {
  return result === 'failed' ? { text: 'FAILED', paint: painter(style, 'red') } : { text: result };
}

function summaryOf({ namespace, isDryRun, objects, podsInUse }: SweepReport): string {
  const stay =
    podsInUse === 0
      ? 'no pod of ours is in use'
      : `${count(podsInUse, 'pod')} of ours in use ${podsInUse === 1 ? 'stays' : 'stay'}`;
  if (objects.length === 0) return `Nothing to sweep in namespace ${namespace}; ${stay}.`;
  if (isDryRun) {
    const freed = objects.filter(({ result }) => result === 'would-free').length;
    const free = freed === 0 ? '' : ` and ${count(freed, 'workspace')} freed`;
    return `${count(objects.length - freed, 'object')} would be deleted${free} in namespace ${namespace}; ${stay}. Run sweep without --dry-run to delete.`;
  }
  const failed = objects.filter(({ result }) => result === 'failed').length;
  const ended = objects.filter(({ result }) => result !== 'freed' && result !== 'in-use');
  const deleted = `${ended.length - failed} of ${count(ended.length, 'object')} deleted in namespace ${namespace}; ${stay}.`;
  return failed === 0 ? deleted : `${deleted} ${failed} could not be deleted:`;
}

function failuresOf({ objects }: SweepReport): string[] {
  return objects
    .filter(({ result }) => result === 'failed')
    .map(({ kind, name, error }) => `  ${kind}/${name}: ${error}`);
}

function notesOf({
  podsGoing,
  withoutDeadline,
  secretsUnread,
  workspaces,
  workspacesUnread,
}: SweepReport): string[] {
  return [
    ...(workspaces === null
      ? []
      : [
          `Lasting workspaces: ${workspaces.inUse} in use; what stays has ${formatSize(workspaces.bytes)} in all.`,
        ]),
    ...(workspacesUnread === null ? [] : [`Lasting workspaces were not looked at: ${workspacesUnread}`]),
    ...(podsGoing > 0
      ? [
          `Being deleted already: ${count(podsGoing, 'pod')}. If one stays, its node is lost; the cluster removes it with that node.`,
        ]
      : []),
    ...(withoutDeadline.length > 0
      ? [
          `Left alone, because the annotation gitlab-pod-executor/deadline cannot be read: ${withoutDeadline.join(', ')}. Delete by hand what nobody needs.`,
        ]
      : []),
    ...(secretsUnread === null ? [] : [`Secrets were not looked at: ${secretsUnread}`]),
  ];
}

const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? '' : 's'}`;

/** One JSON object; keys are part of the interface (docs/sweep-and-doctor.md). */
export function sweepJson({ namespace, isDryRun, objects, ...rest }: SweepReport): string {
  const { podsInUse, podsGoing, withoutDeadline, secretsUnread, workspaces, workspacesUnread } = rest;
  const report = {
    namespace,
    dryRun: isDryRun,
    objects: objects.map(
      ({ kind, name, uid, jobId, job, project, ageSeconds, reason, why, result, error }) => ({
        ...{ kind, name, uid, jobId, job, project, ageSeconds, reason, why, result, error },
      }),
    ),
    podsInUse,
    podsGoing,
    withoutDeadline,
    secretsUnread,
    workspaces,
    workspacesUnread,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** True when everything that should go is gone. */
export function isClean({ objects, secretsUnread, workspacesUnread }: SweepReport): boolean {
  const isAllRead = secretsUnread === null && workspacesUnread === null;
  return isAllRead && objects.every(({ result }) => result !== 'failed');
}
