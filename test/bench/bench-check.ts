import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executable } from '../cluster/cluster-under-test.ts';
import type { Row } from './rows.ts';
import { timeInTurn } from './time-process.ts';

const rounds = 15;

/** `check` with a very long allow-list against a short one: of plain patterns, and of ones that must be taken apart. */
export async function benchCheck(): Promise<Row[]> {
  return [
    ...(await benchPatterns('10,000 patterns', (i) => `registry.example.org/team-${i}/*:*`)),
    ...(await benchPatterns(
      '10,000 patterns of stars and braces',
      (i) => `{registry.example.org,*.test}/team-${i}/*{,:*}`,
    )),
  ];
}

async function benchPatterns(what: string, patternOf: (index: number) => string): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const check = (count: number): string[] => {
    const file = join(directory, `${count}.yaml`);
    const patterns = Array.from({ length: count }, (_, i) => `  - "${patternOf(i)}"\n`).join('');
    writeFileSync(file, `cluster: { namespace: ci }\nallowed_images:\n${patterns}`);
    return [executable, 'check', '--policy', file, `registry.example.org/team-${count - 1}/tool:1`];
  };
  const [long, short] = await timeInTurn([{ argv: check(10_000) }, { argv: check(10) }], rounds);
  rmSync(directory, { recursive: true });
  if (!long || !short) return [];
  return [
    {
      what: `\`check\` with ${what}`,
      ours: long.milliseconds,
      theirs: short.milliseconds,
      unit: 'ms',
      against: '10 patterns',
      ratio: long.milliseconds / short.milliseconds,
      goal: '≤ 3×',
    },
  ];
}
