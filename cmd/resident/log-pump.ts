// What launchers let a log run through. Its count of bytes is what tells, when we are killed, where the log stands; BusyBox can be
// built without one, and a launcher's PATH is another one than ours, so launchers get to know the one that was tried.
import { accessSync, constants, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

const trial = 'hello\n';

/** @param link is replaced. @throws SystemFailure when no `dd` in `path` says how many bytes it copied */
export async function linkLogPump(link: string, path: string): Promise<void> {
  const candidates = path.split(delimiter).map((directory) => join(directory || '.', 'dd'));
  for (const candidate of candidates) {
    if (!candidate.startsWith('/') || !isExecutable(candidate) || !(await countsBytes(candidate))) continue;
    await rm(link, { force: true });
    symlinkSync(candidate, link);
    return;
  }
  throw new SystemFailure('resident', {
    what: 'Cannot serve: no `dd` in PATH says how many bytes it copied.',
    why: 'Without that number the log of a script could not go on when the resident ends.',
    operator: 'install coreutils. Without a resident each stage works alone, which needs no `dd`.',
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** As the launcher reads it: the first word of the last line. */
async function countsBytes(program: string): Promise<boolean> {
  const { stdout, stderr } = await execa(program, ['bs=65536'], {
    input: trial,
    env: { LC_ALL: 'C' },
    reject: false,
    stripFinalNewline: false,
  });
  return stdout === trial && /(^|\n)6 [^\n]*\n?$/.test(stderr);
}
