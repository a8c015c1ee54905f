// Writes a zip archive: files deflated, folders and links stored, modes and times of Unix.
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { log } from './log.ts';

/** What is no file, folder or link, or is gone meanwhile, is left out with a warning. */
export async function writeZip(directory: string, files: readonly string[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const file of files) if (!addEntry(zip, directory, file)) log.warn(`File ignored: ${file}`);
  zip.end();
  return buffer(zip.outputStream);
}

function addEntry(zip: ZipFile, directory: string, file: string): boolean {
  const path = join(directory, file);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // yazl takes a backslash for a slash.
  if (!stat || file.includes('\\')) return false;
  const { mode, mtime } = stat;
  if (stat.isFile()) zip.addBuffer(readFileSync(path), file, { mode, mtime });
  else if (stat.isDirectory()) zip.addEmptyDirectory(file, { mode, mtime });
  else if (stat.isSymbolicLink())
    zip.addBuffer(Buffer.from(readlinkSync(path)), file, { mode, mtime, compress: false });
  else return false;
  return true;
}
