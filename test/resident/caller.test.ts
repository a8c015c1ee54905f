import { closeSync, constants, openSync, symlinkSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { identityOf, readCaller, startTimeOf } from '../../src/resident/caller.ts';
import { makeFifos, newDirectory, remove, type StandIn, startStandIn, uid } from './resident-fixture.ts';

const directory = newDirectory();
const log = `${directory}/log`;
const other = `${directory}/other`;
await makeFifos([log, other]);
/** Whoever reads it waits. */
const holder = openSync(log, constants.O_RDWR);
afterAll(() => {
  closeSync(holder);
  remove(directory);
});

let standIn: StandIn | undefined;
afterEach(() => void standIn?.child.kill('SIGKILL'));

async function start(...input: Parameters<typeof startStandIn>): Promise<number> {
  standIn = await startStandIn(...input);
  return standIn.pid;
}

describe('a caller', () => {
  it('a caller is what the kernel says of it: arguments, environment, directory', async () => {
    const pid = await start(log, { args: ['run', '/a\nscript', ''], env: { TMPDIR: '/a b', EMPTY: '' } });
    const caller = await readCaller({ pid, argumentCount: 3, log, uid });
    expect(caller).toMatchObject({
      pid,
      argv: ['run', '/a\nscript', ''],
      workingDirectory: process.cwd(),
      identity: await identityOf(pid),
    });
    expect(caller.env).toMatchObject({ TMPDIR: '/a b', EMPTY: '' });
    expect(Object.getPrototypeOf(caller.env)).toBeNull();
  });

  it('a caller of another user is refused', async () => {
    const pid = await start(log);
    await expect(readCaller({ pid, argumentCount: 3, log, uid: uid + 1 })).rejects.toThrow(
      `process ${pid} belongs to user ${uid}`,
    );
  });

  it('a caller is known whatever links lead to the FIFO that it reads', async () => {
    const link = `${directory}/link`;
    symlinkSync(directory, link);
    const pid = await start(log);
    expect(await readCaller({ pid, argumentCount: 3, log: `${link}/log`, uid })).toMatchObject({ pid });
  });

  it("a caller that does not read the log's FIFO is refused", async () => {
    const pid = await start(log);
    await expect(readCaller({ pid, argumentCount: 3, log: other, uid })).rejects.toThrow(
      `process ${pid} does not read ${other}`,
    );
  });

  it('a caller that holds no FIFO, or is gone, is refused', async () => {
    await expect(readCaller({ pid: process.pid, argumentCount: 1, log, uid })).rejects.toThrow();
    await expect(readCaller({ pid: 2 ** 31, argumentCount: 1, log, uid })).rejects.toThrow('ENOENT');
  });

  it.each([0, 7])('a caller that claims %d arguments of its own is refused', async (argumentCount) => {
    const pid = await start(log);
    await expect(readCaller({ pid, argumentCount, log, uid })).rejects.toThrow(
      `process ${pid} has no ${argumentCount} arguments`,
    );
  });
});

describe('the identity of a process', () => {
  it('a process keeps its identity while it lives, and has none when it is dead', async () => {
    const pid = await start(log);
    const before = await identityOf(pid);
    expect(before).toBe(`${process.pid}:${await startTimeOf(pid)}`);
    standIn?.child.kill('SIGKILL');
    await vi.waitFor(async () => expect(await identityOf(pid)).toBeNull());
    expect(await startTimeOf(pid)).toBeNull();
  });
});
