// Small things that both makers of sandboxes need of a child process.
import type { ChildProcess } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { constants } from 'node:os';

const notStarted = 127;
const signalOffset = 128;

/** As a shell would report it: 128 + N for signal N. */
export const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.on('error', () => resolve(notStarted));
    child.on('exit', (code, signal) => {
      resolve(code ?? signalOffset + (signal ? constants.signals[signal] : 0));
    });
  });

/** Until its exec, process 1 of a container is the program that makes it. */
export function runsOwnProgram(pid: number, maker: string): boolean {
  try {
    return !readlinkSync(`/proc/${pid}/exe`).includes(maker);
  } catch {
    return false;
  }
}

export function kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone by itself.
  }
}
