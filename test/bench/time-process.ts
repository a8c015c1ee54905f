// Whole processes, timed from outside, in turn: A B A B …, so that a drifting machine drifts for both.
import { spawn } from 'node:child_process';
import { median } from './rows.ts';

export interface Program {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

export interface Timed {
  /** Median milliseconds. */
  readonly milliseconds: number;
  /** Median of the largest resident set, MB. */
  readonly megabytes: number;
}

/** @returns one entry a program, in the order given */
export async function timeInTurn(programs: readonly Program[], rounds: number): Promise<Timed[]> {
  const times = programs.map(() => [] as number[]);
  const sizes = programs.map(() => [] as number[]);
  for (let round = -1; round < rounds; round++) {
    for (const [index, program] of programs.entries()) {
      const run = await runOnce(program);
      // The first round warms caches.
      if (round < 0) continue;
      times[index]?.push(run.milliseconds);
      sizes[index]?.push(run.megabytes);
    }
  }
  return programs.map((_, index) => ({
    milliseconds: median(times[index] ?? []),
    megabytes: median(sizes[index] ?? []),
  }));
}

async function runOnce({ argv, env = process.env, stdin = '' }: Program): Promise<Timed> {
  // GNU time reports what the kernel counted; it costs the same for both sides.
  const child = spawn('/usr/bin/time', ['-f', '%M', ...argv], { env, stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const started = performance.now();
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${String(code)}: ${errors}`);
  return {
    milliseconds: performance.now() - started,
    megabytes: Number(errors.trim().split('\n').at(-1)) / 1024,
  };
}
