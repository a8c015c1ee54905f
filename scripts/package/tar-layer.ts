// A folder as a layer of an image: sorted, one date, root's, whoever made it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { sha256 } from './checksums.ts';
import { runTool } from './run-tool.ts';

export interface Layer {
  readonly bytes: Buffer;
  readonly digest: string;
  /** Of the tar inside: what an image's configuration names. */
  readonly diffId: string;
}

export const reproducible = (date: number): readonly string[] => [
  '--sort=name',
  `--mtime=@${date}`,
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--format=posix',
  '--pax-option=delete=atime,delete=ctime,exthdr.name=%d/PaxHeaders/%f',
];

export function makeLayer(
  tree: string,
  { scratch, date }: { readonly scratch: string; readonly date: number },
): Layer {
  const file = join(scratch, 'layer.tar');
  runTool(['tar', '--create', '--file', file, ...reproducible(date), '--directory', tree, '.'], {
    debianPackage: 'tar',
  });
  const tar = readFileSync(file);
  // As for the Debian package; every runtime that can give a pod a user namespace reads it.
  const bytes = zstdCompressSync(tar);
  return { bytes, digest: sha256(bytes), diffId: sha256(tar) };
}
