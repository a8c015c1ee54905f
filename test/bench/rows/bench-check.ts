import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executable } from '../../cluster/cluster-under-test.ts';
import type { Growth } from '../measure/rows.ts';
import { timeInTurn } from '../measure/time-process.ts';

const counts = [10, 1000, 10_000];

/** `check` with ever longer allow-lists: of plain patterns, and of ones that must be taken apart. */
export async function benchCheck(rounds: number): Promise<Growth[]> {
  return [
    await benchPatterns('`check`', rounds, (index) => `registry.example.org/team-${index}/*:*`),
    await benchPatterns(
      '`check`, patterns of stars and braces',
      rounds,
      (index) => `{registry.example.org,*.test}/team-${index}/*{,:*}`,
    ),
  ];
}

async function benchPatterns(
  what: string,
  rounds: number,
  patternOf: (index: number) => string,
): Promise<Growth> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const programs = counts.map((count) => {
    const file = join(directory, `${count}.yaml`);
    const patterns = Array.from({ length: count }, (_, index) => `  - "${patternOf(index)}"\n`).join('');
    writeFileSync(file, `cluster: { namespace: ci }\nallowed_images:\n${patterns}`);
    const image = `registry.example.org/team-${count - 1}/tool:1`;
    return { argv: [executable, 'check', '--policy', file, image] };
  });
  const times = await timeInTurn(programs, rounds);
  rmSync(directory, { recursive: true });
  return {
    what,
    of: 'patterns',
    unit: 'ms',
    points: times.map(({ median }, index) => ({ x: counts[index] ?? 0, y: median })),
  };
}
