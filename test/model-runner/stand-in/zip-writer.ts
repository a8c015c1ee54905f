// Writes a zip archive (PKWARE APPNOTE 4.3): files deflated, folders and links stored, modes and times of Unix.
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { log } from './log.ts';

interface Entry {
  readonly name: Buffer;
  readonly method: 0 | 8;
  readonly checksum: number;
  readonly content: Buffer;
  readonly size: number;
  readonly mode: number;
  readonly modified: Date;
}

export const stored = 0;
export const deflated = 8;
const utf8Names = 0x0800;
const version = 20;
/** Unix, so that the mode is read. */
const madeBy = (3 << 8) | version;

export function writeZip(directory: string, files: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const entry = readEntry(directory, file);
    if (entry === null) continue;
    const local = Buffer.concat([localHeader(entry), entry.name, entry.content]);
    central.push(centralHeader(entry, offset), entry.name);
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(central);
  return Buffer.concat([...parts, index, endRecord({ count: parts.length, size: index.length, offset })]);
}

/** null: neither file, folder nor link, or gone meanwhile. */
function readEntry(directory: string, file: string): Entry | null {
  const path = join(directory, file);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat || !(stat.isFile() || stat.isDirectory() || stat.isSymbolicLink())) {
    log.warn(`File ignored: ${file}`);
    return null;
  }
  const isFile = stat.isFile();
  const raw = isFile ? readFileSync(path) : Buffer.from(stat.isSymbolicLink() ? readlinkSync(path) : '');
  return {
    name: Buffer.from(stat.isDirectory() ? `${file}/` : file, 'utf8'),
    method: isFile ? deflated : stored,
    checksum: crc32(raw),
    content: isFile ? deflateRawSync(raw) : raw,
    size: raw.length,
    mode: stat.mode,
    modified: stat.mtime,
  };
}

function localHeader(entry: Entry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeCommon(header, entry, 4);
  return header;
}

function centralHeader(entry: Entry, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(madeBy, 4);
  writeCommon(header, entry, 6);
  header.writeUInt32LE((entry.mode << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return header;
}

/** What both headers say alike, from "version needed" to "file name length". */
function writeCommon(header: Buffer, entry: Entry, at: number): void {
  const { time, date } = dosTime(entry.modified);
  header.writeUInt16LE(version, at);
  header.writeUInt16LE(utf8Names, at + 2);
  header.writeUInt16LE(entry.method, at + 4);
  header.writeUInt16LE(time, at + 6);
  header.writeUInt16LE(date, at + 8);
  header.writeUInt32LE(entry.checksum, at + 10);
  header.writeUInt32LE(entry.content.length, at + 14);
  header.writeUInt32LE(entry.size, at + 18);
  header.writeUInt16LE(entry.name.length, at + 22);
}

function endRecord({ count, size, offset }: { count: number; size: number; offset: number }): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}

/** Two seconds fine, from 1980 on. */
function dosTime(date: Date): { readonly time: number; readonly date: number } {
  const year = Math.max(date.getUTCFullYear(), 1980);
  return {
    time: (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1),
    date: ((year - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate(),
  };
}
