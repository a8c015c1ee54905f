// Unpacks a zip archive into a directory. An archive comes from another job: nothing of it may land outside, not even through a link.
import { chmodSync, mkdirSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Entry as ArchivedEntry, fromBufferPromise, type ZipFile } from 'yauzl';
import { StandInFailure } from './log.ts';

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly modified: Date;
  readonly content: Buffer;
}

const fileTypeMask = 0o170000;
const linkType = 0o120000;
const permissions = 0o777;

/** Writes all of it or, where a name leads out or the archive is damaged, nothing. @throws Error that says what is wrong */
export async function extractZip(archive: Buffer, directory: string): Promise<void> {
  const root = realpathSync(directory);
  const entries = await readEntries(archive);
  const links = entries.filter(isLink);
  for (const entry of entries) {
    if (isFolder(entry)) makeDirectory(root, entry);
    else if (!isLink(entry)) writeEntry(root, entry);
  }
  // Links come last, so that no file of the archive is written through one.
  for (const entry of links) writeLink(root, entry);
  // Whatever was written into a folder changed its time.
  for (const { name, modified } of entries.filter(isFolder))
    utimesSync(makeFolder(root, name), modified, modified);
}

const isFolder = ({ name }: Entry): boolean => name.endsWith('/');

function isLink(entry: Entry): boolean {
  return (entry.mode & fileTypeMask) === linkType;
}

function makeDirectory(root: string, { name, mode }: Entry): void {
  const path = makeFolder(root, name);
  if ((mode & permissions) !== 0) chmodSync(path, mode & permissions);
}

function writeEntry(root: string, { name, mode, modified, content }: Entry): void {
  const path = makeRoom(root, name);
  writeFileSync(path, content);
  if ((mode & permissions) !== 0) chmodSync(path, mode & permissions);
  utimesSync(path, modified, modified);
}

function writeLink(root: string, { name, content }: Entry): void {
  symlinkSync(content.toString('utf8'), makeRoom(root, name));
}

/** The path below `root`, its folder made, with nothing there. */
function makeRoom(root: string, name: string): string {
  const path = join(makeFolder(root, dirname(name)), basename(name));
  rmSync(path, { force: true });
  return path;
}

/** Level by level, so that no folder is made through a link that leads out. @param name with no `..` in it */
function makeFolder(root: string, name: string): string {
  let folder = root;
  for (const part of name.split('/')) {
    const path = join(folder, part);
    mkdirSync(path, { recursive: true });
    folder = realpathSync(path);
    if (folder !== root && !folder.startsWith(root + sep))
      throw new StandInFailure(`${name}: through a link`);
  }
  return folder;
}

/** yauzl refuses names that lead out, and sizes that are not true. */
async function readEntries(archive: Buffer): Promise<readonly Entry[]> {
  const zip = await fromBufferPromise(archive, { strictFileNames: true });
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(await readEntry(zip, entry));
  return entries;
}

async function readEntry(zip: ZipFile, entry: ArchivedEntry): Promise<Entry> {
  const content = await buffer(await zip.openReadStreamPromise(entry));
  // yauzl leaves checksums to its caller.
  if (crc32(content) !== entry.crc32) throw new StandInFailure('zip: checksum error');
  return {
    name: entry.fileName,
    mode: entry.externalFileAttributes >>> 16,
    modified: entry.getLastModDate(),
    content,
  };
}
