// A machine of its own, as far as files go: a root directory over another one, which keeps what is written to it. For packages that
// are installed into it, and programs that run in it.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonToSkip } from '../embedded-cluster/client/why-no-sandbox.ts';

/** Of a fresh login, and nothing of the tests' own. */
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface HeldRoot {
  /** Calls a program inside, by words for `spawn`. */
  readonly call: readonly string[];
  run(...command: readonly string[]): { readonly status: number | null; readonly output: string };
  /** Files that are there and were not, or are others than before; sorted. */
  changed(): readonly string[];
  drop(): void;
}

/** null where one can be had. */
export async function whyNoHeldRoot(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'only root can lay a root directory over another one';
  try {
    const root = await holdRoot('/');
    root.drop();
    return null;
  } catch (error) {
    return reasonToSkip((error as Error).message);
  }
}

/** `lower` is not changed. /proc, /dev, /sys and /tmp are this machine's; network and processes, too. */
export async function holdRoot(lower: string): Promise<HeldRoot> {
  const home = mkdtempSync(join(tmpdir(), 'root-'));
  const [upper, root] = [join(home, 'upper'), join(home, 'root')];
  const holder = spawn('unshare', ['--mount', 'sh', '-euc', hold, 'sh', home, lower], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await ready(holder);
  const call = ['nsenter', '--mount', '--target', `${holder.pid}`, 'chroot', root];
  const enter = ['nsenter', '--mount', '--target', `${holder.pid}`];
  return {
    call,
    run(...command) {
      const { status, stdout, stderr } = spawnSync(call[0] ?? '', [...call.slice(1), ...command], {
        env: { PATH: path, HOME: '/root', LC_ALL: 'C', NO_COLOR: '1' },
        encoding: 'utf8',
      });
      return { status, output: `${stdout}${stderr}` };
    },
    changed() {
      const words = [...enter.slice(1), 'find', upper, '!', '-type', 'd', '-printf', '/%P\n'];
      return execFileSync(enter[0] ?? '', words, { encoding: 'utf8' })
        .trim()
        .split('\n')
        .sort();
    },
    drop() {
      holder.stdin.end();
      holder.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The mounts are this namespace's own, and go with its last process. */
const hold = `
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" none "$1/root"
cd "$1/root"
for name in proc dev sys tmp; do
  [ -d "$name" ] || mkdir "$name"
  mount --rbind "/$name" "$name"
done
echo ready
exec cat
`;

function ready(holder: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    holder.stdout?.once('data', () => done());
    holder.once('exit', (code) => fail(new Error(`no root can be held here (exit code ${code})`)));
  });
}
