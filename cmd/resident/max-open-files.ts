// How many files this process may have open; Node raised it to the hard limit when it started.
import { readFileSync } from 'node:fs';

/** The usual soft limit: of a system that does not say. */
const usual = 1024;

export function maxOpenFiles(): number {
  try {
    const limit = /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit ?? usual);
  } catch {
    return usual;
  }
}
