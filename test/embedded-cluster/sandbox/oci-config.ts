// config.json of an OCI bundle, as containerd would write it for a pod's containers.
import type { ContainerPlan, ProcessPlan } from './sandbox.ts';
import { seccompFilter } from './seccomp.ts';

/** Ids inside `inside…inside+size` are `outside…` in the parent namespace. */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  readonly size: number;
}

/** Kernel files that a container must not read or write, as containerd masks them. */
const maskedPaths = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
];
const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/**
 * Relative to the bundle: crun resolves it as an id of the pod's user namespace, which may not walk through the directories above.
 */
export const rootName = 'rootfs';

const procMount = {
  destination: '/proc',
  type: 'proc',
  source: 'proc',
  options: ['nosuid', 'noexec', 'nodev'],
};

const devMount = tmpfs('/dev', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']);

const systemMounts = [
  procMount,
  devMount,
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  tmpfs('/dev/shm', ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k']),
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
];

function tmpfs(destination: string, options: readonly string[]): object {
  return { destination, type: 'tmpfs', source: 'tmpfs', options };
}

/** The process that holds a pod's user, network, ipc and uts namespaces; all it needs is `sleep` from the host's /usr. */
export function holderConfig(plan: {
  readonly hostname: string;
  readonly ids: readonly IdRange[];
  readonly mounts: readonly { readonly source: string; readonly destination: string }[];
}): object {
  const mappings = plan.ids.map(({ inside, outside, size }) => ({
    containerID: inside,
    hostID: outside,
    size,
  }));
  return {
    ociVersion: '1.0.0',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: ['sleep', 'infinity'],
      env: ['PATH=/usr/bin:/bin'],
      cwd: '/',
      noNewPrivileges: true,
      capabilities: capabilitySets([]),
    },
    root: { path: rootName, readonly: true },
    hostname: plan.hostname,
    mounts: [procMount, devMount, ...plan.mounts.map((mount) => bind({ ...mount, readOnly: true }))],
    linux: {
      uidMappings: mappings,
      gidMappings: mappings,
      namespaces: ['user', 'pid', 'mount', 'network', 'ipc', 'uts', 'cgroup'].map((type) => ({ type })),
    },
  };
}

/** A container in the namespaces of its pod's holder, with processes and mounts of its own. */
export function containerConfig(
  plan: ContainerPlan,
  { holderPid, cgroupMounts }: { readonly holderPid: number; readonly cgroupMounts: readonly object[] },
): object {
  const seccomp = seccompFilter(plan);
  const joined = { user: 'user', network: 'net', ipc: 'ipc', uts: 'uts' };
  return {
    ociVersion: '1.0.0',
    process: processConfig(plan.process),
    root: { path: rootName, readonly: plan.readOnlyRoot },
    mounts: [...systemMounts, ...cgroupMounts, ...plan.mounts.map(bind)],
    linux: {
      namespaces: [
        ...Object.entries(joined).map(([type, file]) => ({ type, path: `/proc/${holderPid}/ns/${file}` })),
        { type: 'pid' },
        { type: 'mount' },
        { type: 'cgroup' },
      ],
      maskedPaths,
      readonlyPaths,
      ...(seccomp ? { seccomp } : {}),
    },
  };
}

export function processConfig(plan: ProcessPlan): object {
  return {
    terminal: false,
    user: { uid: plan.uid, gid: plan.gid, additionalGids: plan.groups },
    args: plan.args,
    env: plan.env,
    cwd: plan.cwd,
    noNewPrivileges: plan.noNewPrivileges,
    oomScoreAdj: plan.oomScoreAdj,
    capabilities: capabilitySets(plan.capabilities),
  };
}

/** As containerd sets them: no ambient ones, so that a user other than 0 has none after exec. */
const capabilitySets = (capabilities: readonly string[]): object => ({
  bounding: capabilities,
  effective: capabilities,
  permitted: capabilities,
});

function bind(mount: { source: string; destination: string; readOnly: boolean }): object {
  return {
    destination: mount.destination,
    type: 'bind',
    source: mount.source,
    options: ['rbind', mount.readOnly ? 'ro' : 'rw', 'nosuid', 'nodev'],
  };
}
