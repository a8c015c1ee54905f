import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTimeOf } from '../../src/resident/caller.ts';
import { makeResidentDirectory, type ResidentDirectory } from '../../src/resident/resident-directory.ts';
import { findOtherBuilds, findResidentState } from '../../src/resident/resident-state.ts';
import { makeFifos, newDirectory, remove, uid } from './resident-fixture.ts';

let parent: string;
let paths: ResidentDirectory;
/** Stands for the resident. */
let server: ChildProcess;
const place = (): string => `${parent}/a`;

beforeEach(async () => {
  parent = newDirectory();
  paths = await makeResidentDirectory(place(), uid);
  await makeFifos([paths.requests]);
  server = spawn('sleep', ['1000'], { stdio: 'ignore' });
  writeFileSync(paths.pid, await numberOf(server));
});
afterEach(() => {
  server.kill('SIGKILL');
  remove(parent);
});

const numberOf = async ({ pid = 0 }: ChildProcess): Promise<string> => `${pid} ${await startTimeOf(pid)}\n`;

const state = () => findResidentState(place(), uid);

describe("a resident's state", () => {
  it('a resident is serving, with the calls that have no answer yet', async () => {
    for (const name of ['slot1', 'slot2', 'slot2.code', 'slot1.count'])
      writeFileSync(`${paths.calls}/${name}`, '');
    expect(await state()).toMatchObject({ kind: 'serving', pid: server.pid, calls: 1 });
  });

  it('a resident is absent where there is no directory, or the resident ended in good order', async () => {
    expect(await findResidentState(`${parent}/nowhere`, uid)).toEqual({ kind: 'absent' });
    rmSync(paths.pid);
    expect(await state()).toEqual({ kind: 'absent' });
  });

  it('a resident is dead when its process is gone, its number is another process, or nobody can ask it', async () => {
    const dead = { kind: 'dead', pid: server.pid };
    writeFileSync(paths.pid, `${server.pid} 1\n`);
    expect(await state()).toEqual(dead);
    writeFileSync(paths.pid, await numberOf(server));
    rmSync(paths.requests);
    writeFileSync(paths.requests, '');
    expect(await state()).toEqual(dead);
    server.kill('SIGKILL');
    await once(server, 'exit');
    expect(await state()).toEqual(dead);
  });

  it('a resident is stopped while somebody holds it', async () => {
    server.kill('SIGSTOP');
    await expect.poll(state).toEqual({ kind: 'stopped', pid: server.pid });
  });

  it.skipIf(uid !== 0)("a resident is foreign in another user's directory (needs root)", async () => {
    chownSync(place(), 1, 1);
    expect(await state()).toEqual({ kind: 'foreign', owner: 1, mode: 0o700 });
  });

  it('a resident is foreign in a directory that others can enter', async () => {
    chmodSync(place(), 0o755);
    expect(await state()).toEqual({ kind: 'foreign', owner: uid, mode: 0o755 });
  });

  it.each(['', 'x\n', '1\n', '1 2 3\n', '-1 1\n'])(
    'a resident is absent whose number is %j',
    async (text) => {
      writeFileSync(paths.pid, text);
      expect(await state()).toEqual({ kind: 'absent' });
    },
  );
});

describe('residents of other builds', () => {
  it('residents of other builds are found while they live', async () => {
    mkdirSync(`${parent}/b`, { mode: 0o700 });
    expect(await findOtherBuilds(`${parent}/b`, uid)).toMatchObject([
      { directory: place(), state: { kind: 'serving', pid: server.pid } },
    ]);
    expect(await findOtherBuilds(place(), uid)).toEqual([]);
    expect(await findOtherBuilds(`${parent}/nowhere/b`, uid)).toEqual([]);
  });
});
