// A resident's directory on this machine, and a process that stands for a launcher.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const uid = process.getuid?.() ?? 0;

export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'resident-'));
}

export const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

export async function makeFifos(paths: readonly string[]): Promise<void> {
  execFileSync('mkfifo', ['-m', '600', '--', ...paths]);
}

/** Letters and digits, new at each call. */
export function counting(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `slot${count}`;
  };
}

export interface StandIn {
  readonly pid: number;
  readonly child: ChildProcess;
  /** What came through the log's FIFO, at its end. */
  readonly log: Promise<string>;
}

/**
 * Holds the FIFO as a launcher does, and prints what it reads. `sh -c` has the script and the name before the arguments.
 * @param fifo null: it holds none
 */
export function startStandIn(
  fifo: string | null,
  { args = ['run', '/a script', 'build_script'], env = {} }: Partial<StandInInput> = {},
): Promise<StandIn> {
  const hold = fifo === null ? '' : `exec 8<>${fifo} 9<${fifo}; `;
  const child = spawn(
    'sh',
    ['-c', `${hold}exec 7>&2; echo ready; exec 8>&-; (cat <&9 7>&-); :`, 'sh', ...args],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], ...env },
    },
  );
  return new Promise((resolve) => {
    let said = '';
    const log = new Promise<string>((ended) =>
      child.stdout.once('close', () => ended(said.replace('ready\n', ''))),
    );
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.startsWith('ready\n')) resolve({ pid: child.pid ?? 0, child, log });
    });
  });
}

export interface StandInInput {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
