// A program whose output is heard as it comes, as GitLab Runner hears a stage.
import { type ChildProcess, spawn } from 'node:child_process';
import { executable } from '../../cluster/cluster-under-test.ts';
import type { PreparedAttempt } from './prepared-attempt.ts';

export interface Side {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdin?: string;
}

/** A script of the author's, through our run stage. */
export function scriptSide(attempt: PreparedAttempt, script: string): Side {
  return { argv: [executable, 'run', attempt.script(script), 'build_script'], env: attempt.env };
}

/** @throws when it ends with another code than 0 */
export async function listen(side: Side, hear: (chunk: Buffer) => void): Promise<void> {
  const child = begin(side, hear);
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${side.argv.join(' ')} ended with ${String(code)}`);
}

export function begin(
  { argv: [file = '', ...args], env, stdin = '' }: Side,
  hear: (chunk: Buffer) => void,
): ChildProcess {
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  child.stdout.on('data', hear);
  return child;
}

/** Milliseconds on the way, of each time (`date +%s%N`) that is printed. Container and listener share this machine's clock. */
export async function delaysOf(side: Side): Promise<number[]> {
  const delays: number[] = [];
  await listen(side, (chunk) => {
    const now = performance.timeOrigin + performance.now();
    for (const stamp of chunk.toString().match(/\d{19}/g) ?? []) delays.push(now - Number(stamp) / 1e6);
  });
  return delays;
}

/** 60 lines, one every 50 ms or so, each with the time it was printed. */
export const stamped = 'i=0; while [ $i -lt 60 ]; do i=$((i+1)); date +%s%N; sleep 0.05; done\n';
