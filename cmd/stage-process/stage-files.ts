// The files of the runner's machine, as stages use them.
import { constants } from 'node:fs';
import { access, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { StageFiles } from '../../src/stage/stage-io.ts';

/** Our files hold where pods are: nobody else on the runner's machine needs them. */
const privateMode = 0o600;

export const stageFiles: StageFiles = {
  read: (path) => readFile(path),
  exists: (path) =>
    access(path, constants.F_OK).then(
      () => true,
      () => false,
    ),
  list: async (directory) => {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  },
  remove: (path) => rm(path, { force: true }),
  writePrivate: async (path, text) => {
    const fresh = `${path}.${process.pid}`;
    try {
      await writeFile(fresh, text, { mode: privateMode, flag: 'wx' });
      await rename(fresh, path);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  },
};
