// The shells that images have, as this machine has them: programs that we send into containers are tried in each.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface LocalShell {
  readonly name: 'dash' | 'bash' | 'busybox';
  readonly argv: readonly string[];
}

const known: readonly LocalShell[] = [
  { name: 'dash', argv: ['/bin/dash'] },
  { name: 'bash', argv: ['/bin/bash'] },
  { name: 'busybox', argv: ['/usr/bin/busybox', 'sh'] },
];

/** Those that are here; a missing one is told aloud. */
export function localShells(): readonly LocalShell[] {
  return known.filter(({ name, argv: [path = ''] }) => {
    if (existsSync(path)) return true;
    console.warn(`SKIPPED: nothing is tried in ${name}, because ${path} is missing`);
    return false;
  });
}

/** Root is above all modes of files, and a job is not: what is about modes runs as nobody. */
export const ordinaryUser: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

export function runIn(
  { argv: [path = '', ...args] }: LocalShell,
  program: string,
  options: {
    /** `$0` and what follows. */
    readonly words?: readonly string[];
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly input?: string;
    readonly user?: typeof ordinaryUser;
    /** Milliseconds; then `code` is null. */
    readonly timeout?: number;
  } = {},
): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(path, [...args, '-c', program, ...(options.words ?? [])], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
    ...options,
    ...options.user,
  });
  return { code: status, stdout, stderr };
}
