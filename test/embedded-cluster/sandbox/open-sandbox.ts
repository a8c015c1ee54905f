// The sandbox of this process: it has the namespaces already (launch.ts), here is what remains to be set up inside.
import { execFileSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { createBubblewrapPod } from './bubblewrap.ts';
import { findHierarchy } from './cgroup-hierarchy.ts';
import { createCrunPod } from './crun.ts';
import { makeHolderRoot } from './holder-root.ts';
import { rangeOfUser, rangesOfRoot } from './id-ranges.ts';
import { openMemoryCgroups } from './memory-cgroups.ts';
import { createPipes } from './pipes.ts';
import type { Sandbox, SandboxKind } from './sandbox.ts';

/** statfs(2) */
const cgroup2 = 0x63677270;

export function openSandbox(kind: SandboxKind, { directory }: { readonly directory: string }): Sandbox {
  const pipes = createPipes(join(directory, 'pipes'));
  if (kind === 'bubblewrap') {
    const createPod: Sandbox['createPod'] = (plan) => createBubblewrapPod(pipes, plan);
    const whyNoMemoryLimits = 'bubblewrap makes no cgroups';
    return {
      kind,
      provesUserNamespace: false,
      whyNoMemoryLimits,
      close: () => Promise.resolve(),
      createPod,
    };
  }
  const cgroups = openMemoryCgroups(findHierarchy(), directory);
  useUnifiedCgroups();
  let calls = 0;
  const settings = {
    stateDirectory: join(directory, 'crun'),
    pipes,
    cgroups,
    nextNumber: () => ++calls,
    idsFor: kind === 'crun-root' ? rangesOfRoot() : rangeOfUser(),
    makeHolderRoot,
  };
  return {
    kind,
    provesUserNamespace: true,
    whyNoMemoryLimits: cgroups.whyNot,
    close: () => cgroups.remove(),
    createPod: (plan) => createCrunPod(settings, plan),
  };
}

/** crun refuses hosts with cgroup v1 and v2 mixed. It makes no cgroups for us (memory-cgroups.ts), so an empty v2 tree in our own mount namespace will do. */
function useUnifiedCgroups(): void {
  const path = '/sys/fs/cgroup';
  if (existsSync(path) && statfsSync(path).type === cgroup2) return;
  execFileSync('mount', ['-t', 'cgroup2', 'none', path]);
}
