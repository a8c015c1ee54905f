import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSameFiles } from '../../src/resident/check-same-files.ts';
import { newDirectory, remove } from './resident-fixture.ts';

const mayMount = (() => {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

let directory: string;
beforeEach(() => {
  directory = newDirectory();
  writeFileSync(`${directory}/job.json`, '{}');
});
afterEach(() => remove(directory));

const check = (pid: number) =>
  checkSameFiles({
    pid,
    env: { TMPDIR: directory, JOB_RESPONSE_FILE: `${directory}/job.json` },
    argv: ['run', `${directory}/script`, 'build_script'],
  });

/** A process that sees its own files after this. */
async function startElsewhere(script: string): Promise<{ readonly pid: number; readonly end: () => void }> {
  const child = spawn('unshare', ['--mount', 'sh', '-c', `${script}; echo ready; exec sleep 1000`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return { pid: child.pid ?? 0, end: () => void child.kill('SIGKILL') };
}

describe('the files of a caller', () => {
  it('files that are the same are fine, and so are those that nobody has', async () => {
    await check(process.pid);
    remove(directory);
    await check(process.pid);
  });

  it.skipIf(!mayMount)('a temp directory of its own is told apart (needs the right to mount)', async () => {
    const caller = await startElsewhere(`mount -t tmpfs none ${directory}; echo {} >${directory}/job.json`);
    await expect(check(caller.pid)).rejects.toThrow(`${directory} is another file for process ${caller.pid}`);
    caller.end();
  });

  it.skipIf(!mayMount).each(['job.json', 'script'])(
    'a file of its own is told apart: %s (needs the right to mount)',
    async (name) => {
      writeFileSync(`${directory}/script`, '');
      const caller = await startElsewhere(`mount --bind /dev/null ${directory}/${name}`);
      await expect(check(caller.pid)).rejects.toThrow(`${name} is another file for process`);
      caller.end();
    },
  );

  it.skipIf(!mayMount)('a mount that no stage uses is fine (needs the right to mount)', async () => {
    const caller = await startElsewhere('mount -t tmpfs none /mnt');
    await check(caller.pid);
    caller.end();
  });

  it.skipIf(!mayMount)(
    'a directory that only we cannot write is refused (needs the right to mount)',
    async () => {
      execFileSync('mount', ['--bind', directory, directory]);
      try {
        execFileSync('mount', ['-o', 'remount,bind,ro', directory]);
        await expect(check(process.pid)).rejects.toThrow(`${directory} cannot be written here`);
      } finally {
        execFileSync('umount', [directory]);
      }
    },
  );
});
