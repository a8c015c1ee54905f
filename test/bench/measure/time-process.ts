// Whole processes, timed from outside, in turn: A B A B …, so that a drifting machine drifts for both.
import { type Sample, sampleOf } from './rows.ts';
import { type Program, runProcess } from './run-process.ts';

/** @returns milliseconds, one entry a program, in the order given */
export async function timeInTurn(programs: readonly Program[], rounds: number): Promise<Sample[]> {
  const times = programs.map(() => [] as number[]);
  for (let round = -1; round < rounds; round++) {
    for (const [index, program] of programs.entries()) {
      const started = performance.now();
      await runProcess(program);
      const milliseconds = performance.now() - started;
      // The first round warms caches.
      if (round >= 0) times[index]?.push(milliseconds);
    }
  }
  return times.map(sampleOf);
}

/**
 * Runs command lines one after the other, each of them words.
 *
 * @returns milliseconds on a processor that they and what they waited for took
 */
export async function processorTimeOf(
  commands: readonly (readonly string[])[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<number> {
  const quoted = commands.map((words) => words.map((word) => `'${word}'`).join(' '));
  const script = `${quoted.map((command) => `${command} </dev/null >/dev/null || exit`).join('\n')}\ntimes`;
  const said = await runProcess({ argv: ['bash', '-c', script], env });
  const children = said.trim().split('\n').at(-1) ?? '';
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
}
