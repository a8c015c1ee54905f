import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clearResidentDirectory,
  makeResidentDirectory,
  residentDirectory,
} from '../../src/resident/resident-directory.ts';
import { newDirectory, remove, uid } from './resident-fixture.ts';

let parent: string;
let path: string;
beforeEach(() => {
  parent = newDirectory();
  path = `${parent}/a/b`;
});
afterEach(() => remove(parent));

const notItsOwn = {
  name: 'SystemFailure',
  code: 'resident',
  message: expect.stringContaining(
    'it must be a directory of the user that serves, with mode 0700',
  ) as unknown,
};

describe("the resident's directory", () => {
  it("the resident's directory is made for its user alone, and made again", async () => {
    const paths = await makeResidentDirectory(path, uid);
    expect(await makeResidentDirectory(path, uid)).toEqual(paths);
    for (const each of [path, paths.slots, paths.calls]) expect(statSync(each).mode & 0o777).toBe(0o700);
  });

  it.each([0o755, 0o770, 0o701])('a directory of mode %o is refused', async (mode) => {
    mkdirSync(path, { recursive: true });
    chmodSync(path, mode);
    await expect(makeResidentDirectory(path, uid)).rejects.toMatchObject(notItsOwn);
  });

  it('a directory of another user is refused', async () => {
    await expect(makeResidentDirectory(path, uid + 1)).rejects.toMatchObject(notItsOwn);
  });

  it('a link to a directory is refused', async () => {
    mkdirSync(`${parent}/elsewhere`, { mode: 0o700 });
    symlinkSync(`${parent}/elsewhere`, `${parent}/link`);
    await expect(makeResidentDirectory(`${parent}/link`, uid)).rejects.toMatchObject(notItsOwn);
  });

  it('a file in its place is refused in words', async () => {
    writeFileSync(`${parent}/a`, '');
    await expect(makeResidentDirectory(path, uid)).rejects.toMatchObject({ code: 'resident' });
  });

  it('what an earlier resident left goes; what its launchers still read stays', async () => {
    const paths = await makeResidentDirectory(path, uid);
    for (const file of [paths.pid, paths.requests, `${paths.slots}/a1`, `${paths.slots}/.b1`])
      writeFileSync(file, '');
    writeFileSync(`${paths.calls}/a1.code`, '0\n');
    await clearResidentDirectory(residentDirectory(path));
    expect([paths.pid, paths.requests].some(existsSync)).toBe(false);
    expect(readdirSync(paths.slots)).toEqual([]);
    expect(readdirSync(paths.calls)).toEqual(['a1.code']);
  });
});
