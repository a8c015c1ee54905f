// A container's processes as this machine sees them: the server has a process namespace of its own, this is the way back.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { HostProcess } from './options.ts';

/** @param namespace as in /proc/PID/ns/pid: `pid:[4026532…]` */
export function processesIn(namespace: string): HostProcess[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => look(entry, namespace))
    .sort((a, b) => a.inside - b.inside)
    .map(({ process }) => process);
}

function look(pid: string, namespace: string): { inside: number; process: HostProcess }[] {
  const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
  try {
    if (readlinkSync(`/proc/${pid}/ns/pid`) !== namespace) return [];
    const status = read('status');
    const [, uid = '0'] = /^Uid:\t(\d+)/m.exec(status) ?? [];
    const inside = Number(/^NSpid:.*\t(\d+)$/m.exec(status)?.[1] ?? 0);
    return [
      {
        inside,
        process: {
          pid: Number(pid),
          command: read('cmdline').replaceAll('\0', ' ').trim(),
          uid: Number(uid),
          uidMap: read('uid_map'),
        },
      },
    ];
  } catch {
    // Gone meanwhile, or not ours to look at.
    return [];
  }
}
