// An image from an archive on this machine: no registry needed.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { applyLayer } from './apply-layer.ts';
import { findStaticBusybox } from './busybox-image.ts';
import type { Image, Owner } from './image.ts';
import { readImageArchive } from './image-archive.ts';

/** Not the image's own: what it lacks, it lacks. In /dev it is in nobody's way. */
const setsidPath = '/dev/.embedded-cluster/setsid';

function setsidFor(): Pick<Image, 'mounts' | 'setsid'> {
  const source = findStaticBusybox();
  if (source === null) return { mounts: [], setsid: null };
  return { mounts: [{ source, destination: setsidPath, readOnly: true }], setsid: setsidPath };
}

/**
 * @param directory where images live; the tree stays in it
 * @throws Error that says what is wrong with the archive; nothing of it is left then
 */
export async function importImage(archive: string, directory: string): Promise<Image> {
  const place = mkdtempSync(join(directory, 'imported-'));
  const tree = join(place, 'tree');
  const blobs = join(place, 'blobs');
  for (const path of [tree, blobs]) mkdirSync(path);
  try {
    const { id, config, layers } = await readImageArchive(archive, blobs);
    const owners = new Map<string, Owner>();
    for (const layer of layers) await applyLayer(layer, tree, owners);
    // The runtime mounts there.
    for (const path of ['dev', 'proc', 'sys', 'etc']) mkdirSync(join(tree, path), { recursive: true });
    return { id, config, tree, owners, ...setsidFor() };
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(blobs, { recursive: true, force: true });
  }
}
