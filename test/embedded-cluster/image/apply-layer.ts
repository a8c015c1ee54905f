// One layer laid over a tree. Layers come from anywhere: no entry of theirs is ever written outside the tree.
import {
  chmodSync,
  createWriteStream,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Header } from 'tar-stream';
import type { Owner } from './image.ts';
import { eachTarEntry } from './tar-entries.ts';

/** Layer format (OCI image spec, "Whiteouts"). */
const whiteout = '.wh.';
const opaque = '.wh..wh..opq';
const maxId = 65_535;
const maxLinks = 40;

/** @throws Error on an entry that would leave the tree, or that no pod could own */
export async function applyLayer(layer: string, tree: string, owners: Map<string, Owner>): Promise<void> {
  await eachTarEntry(layer, async (entry) => {
    const { header } = entry;
    const path = placeOf(header.name, tree);
    if (header.type === 'file' && path !== tree && !isWhiteout(path)) {
      makeWay(path);
      await pipeline(entry, createWriteStream(path, { flags: 'wx' }));
    } else {
      entry.resume();
      if (path === tree) return;
      if (isWhiteout(path)) {
        remove(path);
        return;
      }
      makeOther(path, header, tree);
    }
    finish(path, header, tree, owners);
  });
}

const isWhiteout = (path: string): boolean => basename(path).startsWith(whiteout);

function makeOther(path: string, { type, linkname }: Header, tree: string): void {
  switch (type) {
    case 'directory':
      if (lookAt(path)?.isDirectory()) return;
      makeWay(path);
      mkdirSync(path);
      return;
    case 'symlink':
      makeWay(path);
      symlinkSync(linkname, path);
      return;
    case 'link':
      makeWay(path);
      linkSync(placeOf(linkname, tree), path);
      return;
    default:
    // Devices and fifos: a pod's user namespace may not make them either.
  }
}

function finish(path: string, header: Header, tree: string, owners: Map<string, Owner>): void {
  const found = lookAt(path);
  if (!found) return;
  const { uid, gid, mode } = header;
  if (uid > maxId || gid > maxId)
    throw new Error(`"${header.name}" belongs to ${uid}:${gid}: a pod has ids up to ${maxId}`);
  if (!found.isSymbolicLink()) chmodSync(path, mode & 0o7777);
  const key = path.slice(tree.length);
  if (uid === 0 && gid === 0) owners.delete(key);
  else owners.set(key, { uid, gid });
}

function remove(path: string): void {
  if (basename(path) === opaque) {
    for (const entry of readdirSync(dirname(path)))
      rmSync(join(dirname(path), entry), { recursive: true, force: true });
    return;
  }
  rmSync(join(dirname(path), basename(path).slice(whiteout.length)), { recursive: true, force: true });
}

/** What an upper layer has replaces what was there, of whatever kind. */
function makeWay(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** The place that a name has, links in its directories followed as if the tree were the whole world. */
function placeOf(name: string, tree: string): string {
  if (name.split('/').includes('..')) throw new Error(`the layer has the hostile name "${name}"`);
  const inside = normalize(join('/', name)).replace(/(?<=.)\/$/, '');
  if (inside === '/') return tree;
  const directory = followIn(tree, dirname(inside));
  return join(directory, basename(inside));
}

function followIn(tree: string, path: string): string {
  let links = 0;
  let at = tree;
  const left = path.split('/').filter((part) => part !== '');
  for (let part = left.shift(); part !== undefined; part = left.shift()) {
    if (part === '..') {
      at = at === tree ? tree : dirname(at);
      continue;
    }
    const next = join(at, part);
    const found = lookAt(next);
    if (found?.isSymbolicLink()) {
      links += 1;
      if (links > maxLinks) throw new Error(`too many links on the way to "${path}"`);
      const target = readlinkSync(next);
      if (target.startsWith('/')) at = tree;
      left.unshift(...target.split('/').filter((piece) => piece !== '' && piece !== '.'));
      continue;
    }
    if (!found) mkdirSync(next);
    else if (!found.isDirectory()) throw new Error(`"${path}" leads through a file`);
    at = next;
  }
  return at;
}

function lookAt(path: string) {
  return lstatSync(path, { throwIfNoEntry: false });
}
