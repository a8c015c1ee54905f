// Starts the server's process with namespaces of its own: its mounts go with it, and so does every process below it when it dies,
// however it dies.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SandboxKind } from './sandbox/sandbox.ts';

const serverProgram = fileURLToPath(new URL('./server-process.ts', import.meta.url));

const ownNamespaces = [
  '--mount',
  '--propagation',
  'private',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
];

/**
 * Process 1 of the namespace: Node does not reap children that others left behind (a failed `crun exec` leaves one), a shell does.
 * An unreaped process keeps its container's process namespace from ending.
 */
const reaper = ['sh', '-c', 'exec 3<&0; "$@" <&3 3<&- & wait $!', 'embedded-cluster'];

export function launchServer(_kind: SandboxKind, optionsFile: string): ChildProcess {
  const server = [process.execPath, serverProgram, optionsFile];
  return spawn('unshare', [...ownNamespaces, '--', ...reaper, ...server], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
