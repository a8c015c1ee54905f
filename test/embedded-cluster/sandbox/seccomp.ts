// System calls that a container may not make, for `RuntimeDefault`. The runtimes' own profile lists what is allowed; ours, what theirs
// refuses and a job might try: enough to see that a filter is there, and quick to load. Both let go of what needs CAP_SYS_ADMIN once a
// container has it.
import type { ContainerPlan } from './sandbox.ts';

const refused = [
  'acct',
  'add_key',
  'bpf',
  'clock_adjtime',
  'clock_settime',
  'create_module',
  'delete_module',
  'finit_module',
  'fsconfig',
  'fsmount',
  'fsopen',
  'fspick',
  'init_module',
  'io_uring_enter',
  'io_uring_register',
  'io_uring_setup',
  'ioperm',
  'iopl',
  'kcmp',
  'kexec_file_load',
  'kexec_load',
  'keyctl',
  'lookup_dcookie',
  'mount',
  'mount_setattr',
  'move_mount',
  'move_pages',
  'nfsservctl',
  'open_by_handle_at',
  'open_tree',
  'perf_event_open',
  'pivot_root',
  'quotactl',
  'quotactl_fd',
  'reboot',
  'request_key',
  'setns',
  'settimeofday',
  'swapoff',
  'swapon',
  'syslog',
  'umount',
  'umount2',
  'unshare',
  'uselib',
  'userfaultfd',
  'ustat',
  'vhangup',
];
const notPermitted = 1;
const notImplemented = 38;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET: clone(2) */
const newNamespaces = [17, 25, 26, 27, 28, 29, 30].map((bit) => 2 ** bit);

/** The programs of a processor's older kin are filtered, too; without a word about them they are killed. */
const architectures: Readonly<Record<string, readonly string[]>> = {
  x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
};

/** null: no filter. */
export function seccompFilter({ seccomp, process: { capabilities } }: ContainerPlan): object | null {
  if (seccomp !== 'RuntimeDefault') return seccomp;
  if (capabilities.includes('CAP_SYS_ADMIN')) return null;
  const refuse = (names: readonly string[], errnoRet: number): object => ({
    names,
    action: 'SCMP_ACT_ERRNO',
    errnoRet,
  });
  const has = (flag: number): object => ({ index: 0, value: flag, valueTwo: flag, op: 'SCMP_CMP_MASKED_EQ' });
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: architectures[process.arch] ?? [],
    syscalls: [
      refuse(refused, notPermitted),
      // Its flags are in memory, where no filter looks: the C library then takes clone.
      refuse(['clone3'], notImplemented),
      ...newNamespaces.map((flag) => ({ ...refuse(['clone'], notPermitted), args: [has(flag)] })),
    ],
  };
}
