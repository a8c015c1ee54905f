// The files of a .gitlab-ci.yml on disk: the repository that it is in is the root of its local includes.
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { maxCiFileBytes } from '../src/ci-file/ci-document.ts';
import type { CiNames, CiPlace } from '../src/ci-file/ci-names.ts';
import { type FindNamesInput, findNames } from '../src/ci-file/find-names.ts';
import { readStandardInput, readTextFile } from '../src/files/read-file-to-end.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';
import { localFiles } from './local-files.ts';

/** In UTF-8; what is too large for GitLab is counted in characters. */
const maxBytes = 4 * maxCiFileBytes;

/** As for cat: what another program says, such as the merged YAML that GitLab shows. */
const standardInput = '-';

interface CiFileQuestion extends Pick<FindNamesInput, 'given' | 'environment' | 'ignoredIncludes'> {
  readonly path: string;
  /** For a report to GitLab, which knows files by their path in the repository. */
  readonly fromRoot: boolean;
}

/**
 * Places are relative to the working directory unless told otherwise. The includes of standard input (`-`) are looked for there.
 * @throws SystemFailure when the file cannot be read, or is none
 */
export function readCiNames({ path, fromRoot, ...how }: CiFileQuestion): CiNames {
  const isPiped = path === standardInput;
  const text = readText(path);
  const root = findRoot(resolve(path));
  const file = isPiped ? standardInput : relative(root, resolve(path));
  const found = findNames({ ...how, text, file, local: localFiles(root, maxBytes) });
  if (fromRoot) return found;
  const fromHere = <T extends CiPlace>(place: T): T => ({
    ...place,
    file: isPiped && place.file === file ? file : relative('.', join(root, place.file)),
  });
  return {
    names: found.names.map(fromHere),
    imageless: found.imageless.map(fromHere),
    unresolved: found.unresolved.map(fromHere),
    overridden: found.overridden.map(fromHere),
  };
}

function readText(path: string): string {
  try {
    return path === standardInput ? readStandardInput(maxBytes) : readTextFile(path, maxBytes);
  } catch (cause) {
    throw new SystemFailure(
      'ci-file-unreadable',
      {
        what: `Cannot read the CI file ${path}: ${(cause as Error).message}.`,
        author: 'Give its path with --ci-file, or - for standard input.',
      },
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
