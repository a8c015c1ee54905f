// A container's root: a copy of the image's tree that the container may write, owned by the ids of its pod.
import { execFile } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Image } from './image.ts';

/** Gives a path to ids as the pod has them. */
export type Own = (path: string, uid: number, gid: number) => void;

const setIdBits = 0o6000;
const permissionBits = 0o7777;
const root = { uid: 0, gid: 0 };

export async function copyTree({ tree, owners }: Image, to: string, own: Own): Promise<void> {
  await promisify(execFile)('cp', ['-a', '--reflink=auto', tree, to]);
  for (const entry of ['', ...entriesOf(to)]) {
    const path = join(to, entry);
    const { uid, gid } = owners.get(`/${entry}`) ?? root;
    const stats = lstatSync(path);
    own(path, uid, gid);
    // chown takes these bits away.
    if (stats.mode & setIdBits && !stats.isSymbolicLink()) chmodSync(path, stats.mode & permissionBits);
  }
}

/** Node's own recursive readdir follows links to directories: `/var/run` would lead it out into the host's `/run`. */
function entriesOf(directory: string, below = ''): string[] {
  return readdirSync(join(directory, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? [path, ...entriesOf(directory, path)] : [path];
  });
}
