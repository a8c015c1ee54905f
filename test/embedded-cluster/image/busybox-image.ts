// A static busybox as an image of 2 MB: no bash, no git, an ash that is not dash.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Image, plainConfig } from './image.ts';

/** Where Debian's busybox-static, Alpine and Fedora put it. */
const places = ['/usr/bin/busybox', '/bin/busybox', '/usr/sbin/busybox', '/sbin/busybox'];

/** null: the host has no busybox that runs without libraries. */
export function findStaticBusybox(): string | null {
  return places.find((path) => existsSync(path) && isStatic(path)) ?? null;
}

export function createBusyboxImage(directory: string, busybox: string): Image {
  for (const path of ['bin', 'dev', 'etc', 'home', 'proc', 'run', 'sys', 'usr', 'var'])
    mkdirSync(join(directory, path), { recursive: true });
  mkdirSync(join(directory, 'root'), { mode: 0o700 });
  mkdirSync(join(directory, 'tmp'));
  chmodSync(join(directory, 'tmp'), 0o1777);
  copyFileSync(busybox, join(directory, 'bin/busybox'));
  for (const applet of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n')) {
    if (applet !== '' && applet !== 'busybox') symlinkSync('busybox', join(directory, 'bin', applet));
  }
  writeFileSync(join(directory, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(directory, 'etc/group'), 'root:x:0:\n');
  return {
    id: `sha256:${createHash('sha256').update('busybox').digest('hex')}`,
    config: plainConfig,
    tree: directory,
    owners: new Map(),
    setsid: '/bin/setsid',
    mounts: [],
  };
}

/** A dynamic program names its loader in the file. */
function isStatic(path: string): boolean {
  try {
    return !/ld-(linux|musl)/.test(execFileSync('head', ['-c', '4096', path], { encoding: 'latin1' }));
  } catch {
    return false;
  }
}
