// Sandboxes by crun: a holder process for the pod's namespaces, one crun process a container, one an exec.
import { closeSync, lchownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Crun, execInBundle, type RunningBundle, runBundle } from './crun-process.ts';
import type { MemoryCgroup, MemoryCgroups } from './memory-cgroups.ts';
import { containerConfig, holderConfig, type IdRange, rootName } from './oci-config.ts';
import { readPipe } from './pipes.ts';
import { asRuncSays } from './runtime-words.ts';
import {
  type ContainerPlan,
  type PodPlan,
  type PodSandbox,
  type RunningContainer,
  StartFailure,
} from './sandbox.ts';

export interface CrunSettings extends Crun {
  readonly cgroups: MemoryCgroups;
  /** The mapping of a pod's user namespace. */
  readonly idsFor: (plan: PodPlan) => readonly IdRange[];
  /** Makes a root for the holder's `sleep`, and names what of the host is mounted in it. */
  readonly makeHolderRoot: (
    path: string,
  ) => readonly { readonly source: string; readonly destination: string }[];
}

export async function createCrunPod(settings: CrunSettings, plan: PodPlan): Promise<PodSandbox> {
  const ids = settings.idsFor(plan);
  const directory = join(plan.directory, 'holder');
  // An attempt that failed may have left something.
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const mounts = settings.makeHolderRoot(join(directory, rootName));
  const holder = await runBundle(
    settings,
    { id: plan.id, directory },
    { config: holderConfig({ hostname: plan.hostname, ids, mounts }), stdio: ['ignore', 'ignore', 'ignore'] },
  );
  const bundles = new Set([holder]);
  const cgroups = new Set<MemoryCgroup>();

  return {
    holderPid: holder.pid,
    own: (path, uid, gid) => lchownSync(path, hostId(ids, uid), hostId(ids, gid)),
    async start(container) {
      const cgroup = settings.cgroups.create(container.id, container.memoryLimitBytes);
      if (cgroup) cgroups.add(cgroup);
      const { bundle, running } = await startContainer(settings, container, {
        directory: join(plan.directory, container.id),
        holderPid: holder.pid,
        cgroup,
      });
      bundles.add(bundle);
      return running;
    },
    async remove() {
      for (const bundle of bundles) bundle.signal('SIGKILL');
      await Promise.all([...bundles].map(({ exited }) => exited));
      await Promise.all([...cgroups].map((cgroup) => cgroup.remove()));
    },
  };
}

interface ContainerPlace {
  readonly directory: string;
  readonly holderPid: number;
  readonly cgroup: MemoryCgroup | null;
}

async function startContainer(
  settings: CrunSettings,
  plan: ContainerPlan,
  { directory, holderPid, cgroup }: ContainerPlace,
): Promise<{ bundle: RunningBundle; running: RunningContainer }> {
  mkdirSync(directory, { recursive: true });
  await plan.makeRoot(join(directory, rootName));
  const stdout = await settings.pipes.toRead();
  const stderr = await settings.pipes.toRead();
  const outputs = (['stdout', 'stderr'] as const).map((stream) => {
    const reader = readPipe((stream === 'stdout' ? stdout : stderr).ourEnd);
    reader.onData((chunk) => plan.onOutput(chunk, stream));
    return reader.ended;
  });
  const id = { id: plan.id, directory };
  try {
    const bundle = await runBundle(settings, id, {
      config: containerConfig(plan, { holderPid, cgroupMounts: cgroup?.mounts ?? [] }),
      stdio: ['ignore', stdout.childEnd, stderr.childEnd],
      cgroup,
    });
    cgroup?.release(bundle.crunPid);
    const exited = Promise.all([bundle.exited, ...outputs]).then(([code]) => code);
    const running: RunningContainer = {
      pid: bundle.pid,
      exited,
      signal: (name) => bundle.signal(name),
      oomKills: () => cgroup?.oomKills() ?? 0,
      exec: (process) =>
        execInBundle(settings, { ...id, cgroup, exited: bundle.exited, setsid: plan.setsid }, process),
    };
    return { bundle, running };
  } catch (error) {
    throw error instanceof StartFailure ? asRuncSays(error.message, plan.process, 'create') : error;
  } finally {
    closeSync(stdout.childEnd);
    closeSync(stderr.childEnd);
  }
}

function hostId(ids: readonly IdRange[], id: number): number {
  const range = ids.find(({ inside, size }) => id >= inside && id < inside + size);
  if (!range)
    throw new StartFailure(
      `failed to do idmap to get host ID: container ID ${id} cannot be mapped to a host ID`,
    );
  return range.outside + (id - range.inside);
}
