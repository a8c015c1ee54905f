// The files of a repository on disk, for the includes of its CI file. No link leads out of it.
import { readdirSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { compileIncludePattern, folderOf } from '../src/ci-file/includes/include-pattern.ts';
import type { LocalFiles } from '../src/ci-file/includes/includes.ts';
import { readTextFile } from '../src/files/read-file-to-end.ts';

/** Files and folders that are looked at for one pattern; a large repository has a tenth. */
const maxEntries = 500_000;

/** `maxBytes`: of one file. */
export function localFiles(root: string, maxBytes: number): LocalFiles {
  return {
    read: (path) => {
      try {
        const file = realpathSync(join(root, path));
        return isInside(root, file) ? readTextFile(file, maxBytes) : notThere;
      } catch {
        // Missing or unreadable, it is listed as not resolved.
        return notThere;
      }
    },
    find: (pattern) => findFiles(realpathSync(root), pattern) ?? tooMany,
  };
}

const notThere = { why: 'is not there' };
const tooMany = { why: 'looks through more files than are read here; name them one by one' };

function isInside(root: string, file: string): boolean {
  const path = relative(realpathSync(root), file);
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** As in git, links are not followed, and what belongs to another repository is not there. */
function findFiles(root: string, pattern: string): readonly string[] | null {
  const matches = compileIncludePattern(pattern);
  const isDeep = pattern.includes('**');
  const depth = pattern.split('/').length;
  const found: string[] = [];
  const open = [folderOf(pattern)];
  for (let looked = 0; open.length > 0; ) {
    const folder = open.pop() ?? '';
    for (const { path, isFolder } of entriesOf(root, folder)) {
      looked += 1;
      if (looked > maxEntries) return null;
      if (!isFolder) {
        if (matches(path)) found.push(path);
      } else if (isDeep || path.split('/').length < depth) open.push(path);
    }
  }
  return found;
}

function entriesOf(root: string, folder: string): readonly { path: string; isFolder: boolean }[] {
  const entries = listFolder(root, folder);
  if (folder !== '' && entries.some(({ name }) => name === '.git')) return [];
  return entries.flatMap((entry) => {
    if (entry.name === '.git' || !(entry.isFile() || entry.isDirectory())) return [];
    return { path: folder === '' ? entry.name : `${folder}/${entry.name}`, isFolder: entry.isDirectory() };
  });
}

function listFolder(root: string, folder: string) {
  try {
    const place = join(root, folder);
    // A link on the way there: git has a link in that place, and no folder.
    if (relative(root, realpathSync(place)) !== folder.split('/').join(sep)) return [];
    return readdirSync(place, { withFileTypes: true });
  } catch {
    // Not there, not a folder, or not ours to read: nothing in it matches.
    return [];
  }
}
