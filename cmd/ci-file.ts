// The files of a .gitlab-ci.yml on disk: the repository that it is in is the root of its local includes.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { CiNames, CiPlace } from '../src/ci-file/ci-names.ts';
import { findNames } from '../src/ci-file/find-names.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';

/** Places are told from the working directory. @throws SystemFailure when the file cannot be read, or is none */
export function readCiNames(path: string, given: ReadonlyMap<string, string>): CiNames {
  const text = readText(path);
  const root = findRoot(resolve(path));
  const { names, unresolved } = findNames({
    text,
    file: relative(root, resolve(path)),
    readLocal: (local) => readInside(root, local),
    given,
  });
  const fromHere = <T extends CiPlace>(found: T): T => ({
    ...found,
    file: relative('.', join(root, found.file)),
  });
  return { names: names.map(fromHere), unresolved: unresolved.map(fromHere) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SystemFailure(
      'ci-file-unreadable',
      `Cannot read the CI file ${path}: ${(cause as Error).message}. Give its path with --ci-file.`,
      { cause },
    );
  }
}

/** The nearest folder with a `.git`; without one, the file's own folder. */
function findRoot(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return dirname(file);
  }
}

/** null: there is no such file, or a link leads out of the repository. */
function readInside(root: string, local: string): string | null {
  try {
    const file = realpathSync(join(root, local));
    return file.startsWith(realpathSync(root) + sep) ? readFileSync(file, 'utf8') : null;
  } catch {
    // Missing or unreadable, it is listed as not resolved.
    return null;
  }
}
