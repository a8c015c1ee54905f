// What processes cost, by the kernel's own account.
import { readdirSync, readFileSync } from 'node:fs';

const bytesPerMegabyte = 1e6;

/** MB of all of them together: each page that several share counts once. Processes that ended meanwhile count nothing. */
export function sharedMemory(pids: readonly number[]): number {
  const kibibytes = pids.map((pid) =>
    Number(/^Pss: +(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return (kibibytes.reduce((sum, each) => sum + each, 0) * 1024) / bytesPerMegabyte;
}

/** MB that it ever had in memory at once. */
export function largestResidentSet(pid: number): number {
  return (Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024) / bytesPerMegabyte;
}

export function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

/** Milliseconds on a processor since it began, of threads that live. */
export function processorTime(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`).map((task) => read(`/proc/${pid}/task/${task}/schedstat`));
  return threads.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e6;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
