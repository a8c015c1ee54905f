// The sandbox of this process: it has the namespaces already (launch.ts), here is what remains to be set up inside.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readlinkSync, statfsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createCrunPod } from './crun.ts';
import type { IdRange } from './oci-config.ts';
import { createPipes } from './pipes.ts';
import type { PodPlan, Sandbox, SandboxKind } from './sandbox.ts';

const cgroup2 = 0x63677270;
const idsPerPod = 65_536;
/** Far above the ranges that distributions hand to users (from 100,000 on); below 2^31. */
const firstRange = 8192;
const ranges = 16_384;
const allIds = 4_294_967_295;

export function openSandbox(kind: SandboxKind, { directory }: { readonly directory: string }): Sandbox {
  if (kind === 'bubblewrap') throw new Error('bubblewrap: not yet');
  useUnifiedCgroups();
  const pipes = createPipes(join(directory, 'pipes'));
  const settings = {
    stateDirectory: join(directory, 'crun'),
    pipes,
    idsFor: kind === 'crun-root' ? rangesOfRoot() : () => [],
    makeHolderRoot,
  };
  return { kind, provesUserNamespace: true, createPod: (plan) => createCrunPod(settings, plan) };
}

/** crun refuses hosts with cgroup v1 and v2 mixed. We use no cgroups at all, so an empty v2 tree in our own mount namespace will do. */
function useUnifiedCgroups(): void {
  const path = '/sys/fs/cgroup';
  if (existsSync(path) && statfsSync(path).type === cgroup2) return;
  execFileSync('mount', ['-t', 'cgroup2', 'none', path]);
}

/** Every pod gets ids that no other has. */
function rangesOfRoot(): (plan: PodPlan) => readonly IdRange[] {
  let next = 0;
  return ({ ownUserNamespace }) => {
    // The map of the initial user namespace: what a pod without one of its own sees.
    if (!ownUserNamespace) return [{ inside: 0, outside: 0, size: allIds }];
    next = (next + 1) % ranges;
    return [{ inside: 0, outside: (firstRange + next) * idsPerPod, size: idsPerPod }];
  };
}

/** Just enough of a root for `sleep`. */
function makeHolderRoot(directory: string): Mounted[] {
  const mounts = [{ source: '/usr', destination: '/usr' }];
  for (const name of ['dev', 'proc', 'usr']) mkdirSync(join(directory, name), { recursive: true });
  for (const name of ['bin', 'lib', 'lib64']) {
    const source = join('/', name);
    if (!existsSync(source)) continue;
    if (lstatSync(source).isSymbolicLink()) symlinkSync(readlinkSync(source), join(directory, name));
    else {
      mkdirSync(join(directory, name));
      mounts.push({ source, destination: source });
    }
  }
  return mounts;
}

interface Mounted {
  readonly source: string;
  readonly destination: string;
}
