// Memory limits by the kernel: a cgroup for each container, made by ourselves, because crun refuses hosts that have cgroup v1 and v2
// mixed. Below it the kernel kills single processes, as with a kubelet's `singleProcessOOMKill`, on v2, too: tests see the same
// everywhere.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hierarchy, placeOfCgroups, removeCgroups, wordsOf } from './cgroup-hierarchy.ts';

export interface MemoryCgroups {
  /** Why limits are not enforced; null: they are. */
  readonly whyNot: string | null;
  /** null: none, limits are not enforced. */
  create(id: string, limitBytes: number | null): MemoryCgroup | null;
  /** Those that are left, and what they were in. */
  remove(): Promise<void>;
}

export interface MemoryCgroup {
  /** A process that writes `0` to it is inside, and whatever it starts. */
  readonly procsFile: string;
  /** What a container sees of it at /sys/fs/cgroup. */
  readonly mounts: readonly object[];
  /** Takes a process out again; what it has used until then still counts. */
  release(pid: number): void;
  /** How many processes the kernel has killed for memory. */
  oomKills(): number;
  /** Once its processes have ended. */
  remove(): Promise<void>;
}

/** No swap for containers, as a kubelet has it; not every kernel counts swap. */
const files = {
  1: { limit: 'memory.limit_in_bytes', swap: 'memory.memsw.limit_in_bytes', kills: 'memory.oom_control' },
  2: { limit: 'memory.max', swap: 'memory.swap.max', kills: 'memory.events' },
};
const readOnly = ['nosuid', 'noexec', 'nodev', 'ro'];

const without = (whyNot: string): MemoryCgroups => ({
  whyNot,
  create: () => null,
  remove: () => Promise.resolve(),
});

/** @param stateDir of the cluster; the cgroups are mounted in it, for /sys/fs/cgroup is about to be covered (open-sandbox.ts) */
export function openMemoryCgroups(hierarchy: Hierarchy | null, stateDir: string): MemoryCgroups {
  if (!hierarchy) return without('this machine has no memory cgroups');
  // Through a descriptor, the place is reached under whatever covers it.
  const covered = `/proc/${process.pid}/fd/${openSync(hierarchy.path, 'r')}`;
  const place = placeOfCgroups({ ...hierarchy, path: covered }, stateDir);
  try {
    if (hierarchy.version === 2) giveToChildren(hierarchy.path);
    mkdirSync(place, { recursive: true });
    const directory = join(stateDir, 'cgroup');
    mkdirSync(directory, { recursive: true });
    execFileSync('mount', ['--bind', place, directory], { stdio: 'pipe' });
    return memoryCgroups({ ...hierarchy, path: directory }, async () => {
      // A directory in which something is mounted cannot be removed.
      execFileSync('umount', ['--lazy', directory]);
      await removeCgroups(place);
    });
  } catch (error) {
    return without(`no cgroup can be made in ${hierarchy.path}: ${(error as Error).message.trim()}`);
  }
}

/** @param hierarchy the cluster's own part of it */
export function memoryCgroups(hierarchy: Hierarchy, remove: () => Promise<void>): MemoryCgroups {
  const { version, path: directory } = hierarchy;
  if (version === 2) giveToChildren(directory);
  const outside = join(directory, 'runtime');
  mkdirSync(outside, { recursive: true });
  return {
    whyNot: null,
    remove,
    create(id, limitBytes) {
      const path = join(directory, id);
      mkdirSync(path, { recursive: true });
      if (limitBytes !== null) limit({ version, path }, limitBytes);
      return {
        procsFile: join(path, 'cgroup.procs'),
        mounts: mountsOf({ version, path }),
        release: (pid) => moveTo(join(outside, 'cgroup.procs'), pid),
        oomKills: () => killsIn(join(path, files[version].kills)),
        remove: () => removeCgroups(path),
      };
    },
  };
}

function limit({ version, path }: Hierarchy, bytes: number): void {
  writeFileSync(join(path, files[version].limit), String(bytes));
  const swap = join(path, files[version].swap);
  // v1 limits the sum of both.
  if (existsSync(swap)) writeFileSync(swap, version === 1 ? String(bytes) : '0');
}

const killsIn = (file: string): number =>
  Number(/^oom_kill (\d+)$/m.exec(existsSync(file) ? readFileSync(file, 'utf8') : '')?.[1] ?? 0);

/** The other controllers of v1 are not there; a real node has them, too. */
function mountsOf({ version, path: source }: Hierarchy): object[] {
  const bind = (destination: string): object => ({
    destination,
    type: 'bind',
    source,
    options: ['bind', ...readOnly],
  });
  if (version === 2) return [bind('/sys/fs/cgroup')];
  const options = ['nosuid', 'noexec', 'nodev', 'mode=755'];
  return [
    { destination: '/sys/fs/cgroup', type: 'tmpfs', source: 'tmpfs', options },
    bind('/sys/fs/cgroup/memory'),
  ];
}

/** v2 only: a directory's children have the controller when it says so. */
function giveToChildren(directory: string): void {
  const file = join(directory, 'cgroup.subtree_control');
  if (!wordsOf(file).includes('memory')) writeFileSync(file, '+memory');
}

function moveTo(procsFile: string, pid: number): void {
  try {
    writeFileSync(procsFile, String(pid));
  } catch {
    // It has ended.
  }
}
