// Unpacks a zip archive into a directory. An archive comes from another job: nothing of it may land outside, not even through a link.
import { chmodSync, mkdirSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { StandInFailure } from './log.ts';
import { deflated, stored } from './zip-writer.ts';

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly modified: Date;
  readonly content: Buffer;
}

const fileTypeMask = 0o170000;
const linkType = 0o120000;
const permissions = 0o777;
/** The end record's own length, and the longest comment after it. */
const endRecordSize = 22;
const longestComment = 0xffff;

export function extractZip(archive: Buffer, directory: string): void {
  const root = realpathSync(directory);
  const entries = readEntries(archive);
  const links = entries.filter(isLink);
  for (const entry of entries) {
    if (entry.name.endsWith('/')) makeDirectory(root, entry);
    else if (!isLink(entry)) writeEntry(root, entry);
  }
  // Links come last, so that no file of the archive is written through one.
  for (const entry of links) writeLink(root, entry);
}

function isLink(entry: Entry): boolean {
  return (entry.mode & fileTypeMask) === linkType;
}

function makeDirectory(root: string, entry: Entry): void {
  const path = safePath(root, posix.join(entry.name, '.'));
  mkdirSync(path, { recursive: true });
  if ((entry.mode & permissions) !== 0) chmodSync(path, entry.mode & permissions);
}

function writeEntry(root: string, entry: Entry): void {
  const path = safePath(root, entry.name);
  rmSync(path, { force: true });
  writeFileSync(path, entry.content);
  if ((entry.mode & permissions) !== 0) chmodSync(path, entry.mode & permissions);
  utimesSync(path, entry.modified, entry.modified);
}

function writeLink(root: string, entry: Entry): void {
  const path = safePath(root, entry.name);
  rmSync(path, { force: true });
  symlinkSync(entry.content.toString('utf8'), path);
}

/** The path below `root`, its folder made. @throws when name or folder lead out. */
function safePath(root: string, name: string): string {
  const normal = posix.normalize(name);
  if (posix.isAbsolute(normal) || normal === '..' || normal.startsWith('../')) {
    throw new StandInFailure(`${name}: outside of the project`);
  }
  const path = join(root, normal);
  mkdirSync(dirname(path), { recursive: true });
  const folder = realpathSync(dirname(path));
  if (folder !== root && !folder.startsWith(root + sep)) throw new StandInFailure(`${name}: through a link`);
  return path;
}

function readEntries(archive: Buffer): readonly Entry[] {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  const entries: Entry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== 0x02014b50) throw broken();
    const nameLength = archive.readUInt16LE(at + 28);
    entries.push(readEntry(archive, at, nameLength));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(archive: Buffer): number {
  const first = Math.max(0, archive.length - endRecordSize - longestComment);
  for (let at = archive.length - endRecordSize; at >= first; at--) {
    if (archive.readUInt32LE(at) === 0x06054b50) return at;
  }
  throw broken();
}

function readEntry(archive: Buffer, at: number, nameLength: number): Entry {
  const method = archive.readUInt16LE(at + 10);
  const compressedSize = archive.readUInt32LE(at + 20);
  const local = archive.readUInt32LE(at + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const compressed = archive.subarray(start, start + compressedSize);
  if (method !== stored && method !== deflated)
    throw new StandInFailure('zip: unsupported compression algorithm');
  const size = archive.readUInt32LE(at + 24);
  const content =
    method === deflated ? inflateRawSync(compressed, { maxOutputLength: Math.max(size, 1) }) : compressed;
  if (crc32(content) !== archive.readUInt32LE(at + 16)) throw new StandInFailure('zip: checksum error');
  return {
    name: archive.subarray(at + 46, at + 46 + nameLength).toString('utf8'),
    mode: archive.readUInt32LE(at + 38) >>> 16,
    modified: fromDosTime(archive.readUInt16LE(at + 12), archive.readUInt16LE(at + 14)),
    content,
  };
}

function fromDosTime(time: number, date: number): Date {
  return new Date(
    Date.UTC(
      (date >> 9) + 1980,
      ((date >> 5) & 15) - 1,
      date & 31,
      time >> 11,
      (time >> 5) & 63,
      (time & 31) * 2,
    ),
  );
}

function broken(): StandInFailure {
  return new StandInFailure('zip: not a valid zip file');
}
