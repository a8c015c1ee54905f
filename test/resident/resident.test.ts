import { appendFileSync, closeSync, existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../src/resident/call.ts';
import { startTimeOf } from '../../src/resident/caller.ts';
import { type Resident, startResident } from '../../src/resident/resident.ts';
import { makeResidentDirectory, type ResidentDirectory } from '../../src/resident/resident-directory.ts';
import {
  counting,
  makeFifos,
  newDirectory,
  remove,
  type StandIn,
  startStandIn,
  uid,
} from './resident-fixture.ts';

let parent: string;
let directory: ResidentDirectory;
let resident: Resident;
let running: { readonly call: Call; readonly end: () => void }[];
let standIns: StandIn[];

beforeEach(async () => {
  parent = newDirectory();
  directory = await makeResidentDirectory(`${parent}/resident`, uid);
  writeFileSync(`${directory.slots}/stale`, '');
  [running, standIns] = [[], []];
  resident = await startResident({
    directory,
    uid,
    env: {},
    pid: process.pid,
    makeFifos,
    random: counting(),
    report: () => undefined,
    memory: () => 0,
    maxMemory: 1,
    maxFiles: 100_000,
    serve: async (call) => {
      writeSync(call.log, `${call.argv[0]}\n`);
      await new Promise<void>((end) => running.push({ call, end }));
      await call.answer(0);
      closeSync(call.messages);
      closeSync(call.log);
    },
  });
});
afterEach(async () => {
  for (const { end } of running) end();
  for (const { child } of standIns) child.kill('SIGKILL');
  await resident.drain();
  remove(parent);
});

async function launch(slot: string, stage = 'run'): Promise<StandIn> {
  const standIn = await startStandIn(`${directory.slots}/${slot}`, { args: [stage] });
  standIns.push(standIn);
  writeFileSync(`${directory.calls}/${slot}`, `${standIn.pid}\n`);
  appendFileSync(directory.requests, `call ${slot} ${standIn.pid} 1\n`);
  return standIn;
}

describe('the resident', () => {
  it('the resident says who serves, and finds nothing of an earlier one', async () => {
    expect(readFileSync(directory.pid, 'utf8')).toBe(`${process.pid} ${await startTimeOf(process.pid)}\n`);
    expect(existsSync(`${directory.slots}/stale`)).toBe(false);
  });

  it('a resident that ends late takes nothing away from the one that serves in its directory by then', async () => {
    writeFileSync(directory.pid, '1 1\n');
    await resident.drain();
    expect(readFileSync(directory.pid, 'utf8')).toBe('1 1\n');
    expect(existsSync(directory.requests)).toBe(true);
  });

  it('calls are served side by side, and each ends with its own log and answer', async () => {
    const [one, other] = [await launch('slot1'), await launch('slot2', 'cleanup')];
    await vi.waitFor(() => expect(running).toHaveLength(2));
    for (const { end } of running) end();
    expect([await one.log, await other.log]).toEqual(['run\n', 'cleanup\n']);
    expect(readFileSync(`${directory.calls}/slot2.code`, 'utf8')).toBe('0\n');
  });

  // @promise harm: 10,000 lines of garbage for the resident — nothing changes for the call behind them
  it('10,000 lines of garbage change nothing for the call behind them', async () => {
    const garbage = Buffer.alloc(10_000, 'call ../../x 1 1\nstop\u0000\n\xff\xfe call\n');
    appendFileSync(directory.requests, garbage);
    appendFileSync(directory.requests, '\n'.repeat(10_000));
    appendFileSync(directory.requests, `${'x'.repeat(30_000)}\n`);
    await launch('slot1');
    await vi.waitFor(() => expect(running).toHaveLength(1));
  });

  it('a resident that is drained takes no new call, lets running ones end, and leaves nothing to find', async () => {
    const { log } = await launch('slot1');
    await vi.waitFor(() => expect(running).toHaveLength(1));
    let isDrained = false;
    const drained = resident.drain().then(() => {
      isDrained = true;
    });
    await vi.waitFor(() => expect(existsSync(`${directory.slots}/slot2`)).toBe(false));
    expect(isDrained).toBe(false);
    running[0]?.end();
    await drained;
    expect(await log).toBe('run\n');
    expect([directory.pid, directory.requests].some(existsSync)).toBe(false);
  });
});
