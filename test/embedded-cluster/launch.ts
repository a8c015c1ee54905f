// Starts the server's process with namespaces of its own: its mounts go with it, and so does every process below it when it dies,
// however it dies. For an ordinary user a user namespace comes first, in which he is root over his subordinate ids, or over himself.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { idsPerPod } from './sandbox/id-ranges.ts';
import type { SandboxKind } from './sandbox/sandbox.ts';

const serverProgram = fileURLToPath(new URL('./server-process.ts', import.meta.url));

const ownNamespaces = [
  'unshare',
  '--cgroup',
  '--mount',
  '--propagation',
  'private',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--',
];

/**
 * Process 1 of the namespace: Node does not reap children that others left behind (a failed `crun exec` leaves one), a shell does.
 * An unreaped process keeps its container's process namespace from ending.
 */
const reaper = ['sh', '-c', 'exec 3<&0; "$@" <&3 3<&- & wait $!', 'embedded-cluster'];

/** The server ends when its stdin does; the first line on its stdout says that it is ready. */
export function launchServer(kind: SandboxKind, optionsFile: string): Promise<ChildProcess> {
  return runInNamespaces(kind, [...reaper, process.execPath, serverProgram, optionsFile]);
}

/** @throws Error when the user has no subordinate ids */
export async function runInNamespaces(kind: SandboxKind, command: readonly string[]): Promise<ChildProcess> {
  switch (kind) {
    case 'crun-root':
      return start([...ownNamespaces, ...command]);
    case 'crun-subuid':
      return startWithSubordinateIds([...ownNamespaces, ...command]);
    case 'bubblewrap':
      return start(['unshare', '--user', '--map-root-user', '--', ...ownNamespaces, ...command]);
  }
}

/** In a process group of its own: a terminal sends Ctrl-C to a whole group, and `unshare` would die of it with all that it holds. */
function start([program = '', ...args]: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
}

/** It waits for a line on stdin, until its ids are mapped. */
const waiting = ['unshare', '--user', '--', 'sh', '-c', 'read -r _; exec "$@"', 'embedded-cluster'];

async function startWithSubordinateIds(command: readonly string[]): Promise<ChildProcess> {
  const [subUid, subGid] = [subordinateIds('/etc/subuid'), subordinateIds('/etc/subgid')];
  if (subUid === null || subGid === null) throw new Error('this user has no 65,536 subordinate ids');
  const child = start([...waiting, ...command]);
  const pid = child.pid ?? 0;
  await untilInUserNamespace(pid);
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  // Root inside is this user. The subordinate ids stand where a kubelet would put a pod's, so that the pod's map is one line `0 65536 65536`.
  execFileSync('newuidmap', [pid, 0, uid, 1, idsPerPod, subUid, idsPerPod].map(String));
  execFileSync('newgidmap', [pid, 0, gid, 1, idsPerPod, subGid, idsPerPod].map(String));
  child.stdin?.write('mapped\n');
  return child;
}

async function untilInUserNamespace(pid: number): Promise<void> {
  const ours = readlinkSync('/proc/self/ns/user');
  while (readlinkSync(`/proc/${pid}/ns/user`) === ours) await delay(1);
}

/** The first of this user's ids in a file like /etc/subuid; null: fewer than a pod needs. */
export function subordinateIds(file: string): number | null {
  const owners = [userName(), String(process.getuid?.())];
  const lines = readFileSync(file, 'utf8').split('\n');
  for (const line of lines) {
    const [owner, start = '', count = ''] = line.split(':');
    if (owners.includes(owner) && Number(count) >= idsPerPod) return Number(start);
  }
  return null;
}

/** A user of a container often has no entry in /etc/passwd, and so no name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
