import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executable } from '../cluster/cluster-under-test.ts';
import type { Row } from './rows.ts';
import { timeInTurn } from './time-process.ts';

const rounds = 30;

/** The config stage against an empty process of the same Node: what our own start-up costs. */
export async function benchConfig(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const empty = join(directory, 'empty.mjs');
  writeFileSync(empty, '');
  const [config, node] = await timeInTurn(
    [{ argv: [executable, 'config'] }, { argv: [process.execPath, empty] }],
    rounds,
  );
  rmSync(directory, { recursive: true });
  if (!config || !node) return [];
  return [
    {
      what: '`config`, whole process',
      ours: config.milliseconds,
      theirs: node.milliseconds,
      unit: 'ms',
      against: 'empty Node',
      ratio: config.milliseconds / node.milliseconds,
      goal: '≤ 1.3×',
    },
    {
      what: '`config`, resident memory',
      ours: config.megabytes,
      theirs: node.megabytes,
      unit: 'MB',
      against: 'empty Node',
      ratio: config.megabytes / node.megabytes,
      goal: '',
    },
  ];
}
