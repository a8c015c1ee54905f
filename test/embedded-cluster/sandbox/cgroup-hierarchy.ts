// Where the kernel has its memory controller, and a cluster's own place in it.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Hierarchy {
  readonly version: 1 | 2;
  readonly path: string;
}

/** The kernel takes a moment to forget processes that have ended; on a busy machine, seconds. */
const removalPollMs = 5;
const removalTimeoutMs = 15_000;

/** null: this kernel has none, or it is not mounted. @param mounts the text of /proc/mounts */
export function findHierarchy(mounts = readFileSync('/proc/mounts', 'utf8')): Hierarchy | null {
  for (const line of mounts.split('\n')) {
    const [, path = '', type, options = ''] = line.split(' ');
    if (type === 'cgroup' && options.split(',').includes('memory')) return { version: 1, path };
    if (type === 'cgroup2' && wordsOf(join(path, 'cgroup.controllers')).includes('memory'))
      return { version: 2, path };
  }
  return null;
}

/** Where a cluster's cgroups are, which is the same in every mount namespace that has not covered it. */
export const placeOfCgroups = ({ path }: Hierarchy, stateDir: string): string =>
  join(path, `embedded-cluster-${createHash('sha256').update(stateDir).digest('hex').slice(0, 12)}`);

/** For a server that was killed: nobody else does it. */
export async function removeCgroupsOf(stateDir: string): Promise<void> {
  const hierarchy = findHierarchy();
  if (hierarchy) await removeCgroups(placeOfCgroups(hierarchy, stateDir));
}

/** Those below, too, once their processes have ended. */
export async function removeCgroups(directory: string): Promise<void> {
  const giveUpAt = Date.now() + removalTimeoutMs;
  while (existsSync(directory)) {
    try {
      removeEmpty(directory);
    } catch {
      if (Date.now() > giveUpAt) return;
      await delay(removalPollMs);
    }
  }
}

/** A cgroup's files go with it. */
function removeEmpty(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(directory, entry.name));
  rmdirSync(directory);
}

/** Of a file that need not be there. */
export function wordsOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\s+/);
  } catch {
    return [];
  }
}
