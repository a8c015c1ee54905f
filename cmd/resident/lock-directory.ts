// Two residents in one directory would take each other's calls. The lock is a process of its own, which the kernel ends with us,
// however we end: its standard input is our pipe.
import { execa } from 'execa';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

export interface Lock {
  readonly release: () => void;
}

/** @throws SystemFailure when another process has it */
export async function lockDirectory(path: string): Promise<Lock> {
  const holder = execa('flock', ['--nonblock', path, 'sh', '-c', 'echo locked && exec cat'], {
    stdin: 'pipe',
    stderr: 'pipe',
    // It is our end that ends it.
    cleanup: false,
    reject: false,
    buffer: false,
  });
  const first = await Promise.race([
    new Promise<'locked'>((resolve) => holder.stdout.once('data', () => resolve('locked'))),
    holder,
  ]);
  if (first !== 'locked') throw refusal(path, first.code);
  return { release: () => void holder.stdin.end() };
}

function refusal(path: string, code: string | undefined): SystemFailure {
  if (code === 'ENOENT') {
    return new SystemFailure('resident', {
      what: 'Cannot serve: this machine has no `flock`.',
      operator: 'install util-linux.',
    });
  }
  return new SystemFailure('resident', {
    what: `Cannot serve: another process has ${path}.`,
    operator: 'one resident serves all runners of a user on a machine; end the other one first.',
  });
}
