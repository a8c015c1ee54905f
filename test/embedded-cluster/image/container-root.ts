// A container's root: a copy of the image's tree that the container may write, with ids shifted into its pod's range.
import { execFile } from 'node:child_process';
import { chmodSync, type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Own = (path: string, uid: number, gid: number) => void;

const specialBits = 0o6000;

export async function copyTree(tree: string, root: string, own: Own): Promise<void> {
  await promisify(execFile)('cp', ['-a', '--reflink=auto', tree, root]);
  shift(root, own);
  descend(root, own);
}

function shift(path: string, own: Own): void {
  const { uid, gid, mode } = lstatSync(path);
  own(path, uid, gid);
  // chown takes setuid and setgid away from programs.
  if (mode & specialBits && !lstatSync(path).isSymbolicLink()) chmodSync(path, mode & 0o7777);
}

function descend(directory: string, own: Own): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) visit(directory, entry, own);
}

function visit(directory: string, entry: Dirent, own: Own): void {
  const path = join(directory, entry.name);
  shift(path, own);
  if (entry.isDirectory()) descend(path, own);
}
