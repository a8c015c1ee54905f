import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executable } from '../../cluster/cluster-under-test.ts';
import { atMost, type Row } from '../measure/rows.ts';
import { timeInTurn } from '../measure/time-process.ts';

/** The config stage, which the launcher answers, against an empty process of the same Node. */
export async function benchConfig(rounds: number): Promise<Row[]> {
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
      unit: 'ms',
      ours: config,
      against: 'an empty Node',
      theirs: node,
      goal: atMost(0.2),
    },
  ];
}
