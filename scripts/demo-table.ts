// The table at the end of the demo: only what was measured.
import type { CallRecord, JobResult } from '../test/model-runner/result.ts';
import type { Evidence } from './demo-evidence.ts';

/** `build`: user code. The rest is the runner's own and runs in the helper. */
const buildSubStages = /^(build_script|step_.+|after_script)$/;

export function stageTable({ calls }: JobResult): string {
  const rows = calls.map((call) => [nameOf(call), containerOf(call), secondsOf(call)]);
  const first = calls[0]?.startedAt ?? 0;
  const last = calls.at(-1)?.endedAt ?? first;
  return table(
    ['stage', 'container', 'time'],
    [...rows, ['altogether', '', `${((last - first) / 1000).toFixed(2)} s`]],
  );
}

export function identityTable({ inside, outside, node }: Evidence): string {
  const [, from = 0] = inside.uidMap.split(' ').map(Number);
  const onNode = outside
    ? [String(outside.uid), outside.uidMap]
    : [`${from + inside.uid} (by the map; its /proc is not ours to read)`, 'not ours to read'];
  const rows = [
    ['uid', String(inside.uid), onNode[0] ?? ''],
    ['/proc/PID/uid_map', inside.uidMap, onNode[1] ?? ''],
  ];
  return table(['', 'in the pod', `on ${node}`], rows) + whyMapsDiffer({ inside, outside });
}

/** A process that reads the map of its own namespace sees ids of the namespace around it, not the machine's. */
function whyMapsDiffer({ inside, outside }: Pick<Evidence, 'inside' | 'outside'>): string {
  if (outside === null || outside.uidMap === inside.uidMap) return '';
  const [around, machine] = [inside, outside].map(({ uidMap }) => uidMap.split(' ')[1]);
  return `\n  The cluster itself is in a user namespace here: its id ${around} is ${machine} on this machine.`;
}

function nameOf({ name, subStage }: CallRecord): string {
  return subStage === null ? name : `run ${subStage}`;
}

function containerOf({ subStage }: CallRecord): string {
  if (subStage === null) return '';
  return buildSubStages.test(subStage) ? 'build' : 'helper';
}

function secondsOf({ startedAt, endedAt }: CallRecord): string {
  return endedAt === null ? 'did not end' : `${((endedAt - startedAt) / 1000).toFixed(2)} s`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd();
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}
