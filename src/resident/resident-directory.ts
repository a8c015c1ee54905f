// Where launchers find a resident of their version: a directory of its user's alone.
import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SystemFailure } from '../outcome/system-failure.ts';

export interface ResidentDirectory {
  /** FIFO: requests, a line each. */
  readonly requests: string;
  /** FIFOs for logs; a name each. */
  readonly slots: string;
  /** SLOT: the number of the process that has it; SLOT.code: how the stage ended; SLOT.count: what dd says that it delivered. */
  readonly calls: string;
  /** Number of the process that serves. */
  readonly pid: string;
  readonly lock: string;
  /** Link to the program that carries logs. */
  readonly pump: string;
}

const onlyOwner = 0o700;
const accessBits = 0o777;

export function residentDirectory(directory: string): ResidentDirectory {
  return {
    requests: `${directory}/requests`,
    slots: `${directory}/slots`,
    calls: `${directory}/calls`,
    pid: `${directory}/pid`,
    lock: `${directory}/lock`,
    pump: `${directory}/dd`,
  };
}

/** @throws SystemFailure when somebody else could write into it, or it cannot be made */
export async function makeResidentDirectory(directory: string, uid: number): Promise<ResidentDirectory> {
  const paths = residentDirectory(directory);
  for (const path of [directory, paths.slots, paths.calls]) await makePrivate(path, uid);
  return paths;
}

/** What an earlier resident left: nobody is reached by it any more. */
export async function clearResidentDirectory({ requests, slots, pid }: ResidentDirectory): Promise<void> {
  const left = [requests, freshPath(requests), pid];
  const inSlots = (await readdir(slots)).map((name) => `${slots}/${name}`);
  await Promise.all([...left, ...inSlots].map((path) => rm(path, { force: true, recursive: true })));
}

/**
 * Under another name first: a launcher that asks a resident which has just ended makes a file of the name, as `<>` does in a shell, and
 * that file is replaced.
 */
export async function makeRequests(
  { requests }: ResidentDirectory,
  makeFifos: (paths: readonly string[]) => Promise<void>,
): Promise<void> {
  await makeFifos([freshPath(requests)]);
  await rename(freshPath(requests), requests);
}

const freshPath = (path: string): string => `${path}.fresh`;

async function makePrivate(path: string, uid: number): Promise<void> {
  try {
    await makeDirectories(path);
    const found = await lstat(path);
    if (isPrivate(found, uid)) return;
  } catch (cause) {
    throw refusal(path, (cause as Error).message, cause);
  }
  throw refusal(path, 'it must be a directory of the user that serves, with mode 0700');
}

/** Not `recursive`: where a parent is there and takes no directory (below /proc), Node's own tries forever. */
async function makeDirectories(path: string): Promise<void> {
  if (await isMadeOrThere(path)) return;
  await makeDirectories(dirname(path));
  await isMadeOrThere(path);
}

/** @returns false where its parent is missing. @throws Error for whatever else */
async function isMadeOrThere(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: onlyOwner });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return true;
    if (code === 'ENOENT') return false;
    throw error;
  }
}

/** Is it a directory that only this user can enter? */
export function isPrivate(found: Stats, uid: number): boolean {
  return found.isDirectory() && found.uid === uid && (found.mode & accessBits) === onlyOwner;
}

function refusal(path: string, why: string, cause?: unknown): SystemFailure {
  return new SystemFailure(
    'resident',
    {
      what: `Cannot serve from ${path}: ${why}.`,
      operator:
        'take a directory that only the user of GitLab Runner can write, by GITLAB_POD_EXECUTOR_RESIDENT.',
    },
    { cause },
  );
}
