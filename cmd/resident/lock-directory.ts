// Two residents in one directory would take each other's calls, and one that stands still (SIGSTOP, an endless loop) would hold up every
// job. Against both a process of its own: it has the lock, the kernel ends it with us, however we end, because its standard input is our
// pipe; and when nothing comes through that pipe for a while, it kills us, and launchers go on alone.
import { execa } from 'execa';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

export interface Lock {
  readonly release: () => void;
  /** Settles when somebody else could have it, and we have not released it. */
  readonly lost: Promise<void>;
}

export interface LockOptions {
  /** Of silence; then we are killed. */
  readonly maxSilenceSeconds?: number;
}

/** Long enough for a busy machine; `timeout` does not count the sleep of the machine itself. */
const usualMaxSilenceSeconds = 30;
const signsPerSilence = 6;

/**
 * An empty answer is our end. 124: nothing came (143: BusyBox's `timeout` before 1.34). A machine without `timeout` or `dd` has the lock
 * alone.
 */
const guard = `echo locked
while :; do
  sign=$(timeout "$1" dd bs=1 count=1 2>/dev/null)
  case $? in
    0) [ "$sign" ] || exit 0 ;;
    124 | 143) kill -9 "$2"; exit ;;
    *) exec cat >/dev/null ;;
  esac
done`;

/** @throws SystemFailure when another process has it */
export async function lockDirectory(
  path: string,
  { maxSilenceSeconds = usualMaxSilenceSeconds }: LockOptions = {},
): Promise<Lock> {
  const words = ['sh', '-c', guard, 'guard', `${maxSilenceSeconds}`, `${process.pid}`];
  const holder = execa('flock', ['--nonblock', path, ...words], {
    stdin: 'pipe',
    stderr: 'pipe',
    // It is our end that ends it, and a terminal's Ctrl-Z does not reach it.
    cleanup: false,
    detached: true,
    reject: false,
    buffer: false,
  });
  const first = await Promise.race([
    new Promise<'locked'>((resolve) => holder.stdout.once('data', () => resolve('locked'))),
    holder,
  ]);
  if (first !== 'locked') throw refusal(path, first.code);
  holder.stdin.on('error', () => undefined);
  const timer = setInterval(() => holder.stdin.write('.'), (maxSilenceSeconds * 1000) / signsPerSilence);
  let isReleased = false;
  return {
    release: () => {
      isReleased = true;
      clearInterval(timer);
      holder.stdin.end();
    },
    lost: new Promise((resolve) => {
      void holder.then(() => {
        if (!isReleased) resolve();
      });
    }),
  };
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
