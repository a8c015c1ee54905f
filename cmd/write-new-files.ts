// Files that come together, where none of them may be yet: all of them appear, or none.
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Only for who made them: one may hold a token. */
const mode = 0o600;

/** Whose names are taken: nothing is written over. */
export class FilesExist extends Error {
  override readonly name: string = 'FilesExist';
  readonly files: readonly string[];

  constructor(files: readonly string[]) {
    super(`${files.join(', ')} ${files.length === 1 ? 'exists' : 'exist'}`);
    this.files = files;
  }
}

/** `files`: text by name. @throws FilesExist, or what the file system says; then nothing is left of them */
export function writeNewFiles(folder: string, files: Readonly<Record<string, string>>): void {
  const isFolderNew = !existsSync(folder);
  if (isFolderNew) mkdirSync(folder);
  const names = Object.keys(files);
  const taken = names.map((name) => join(folder, name)).filter(isThere);
  if (taken.length > 0) throw new FilesExist(taken);
  const linked: string[] = [];
  try {
    // Beside their places, so that a link puts each there whole, and fails where somebody was faster.
    const fresh = mkdtempSync(join(folder, '.import-'));
    try {
      for (const name of names)
        writeFileSync(join(fresh, name), files[name] ?? '', { mode, flag: 'wx', flush: true });
      for (const name of names) {
        linkSync(join(fresh, name), join(folder, name));
        linked.push(join(folder, name));
      }
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  } catch (error) {
    for (const file of linked) unlinkSync(file);
    if (isFolderNew) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A link that leads nowhere is there, too. */
function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
