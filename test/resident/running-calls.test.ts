import { closeSync, existsSync, readFileSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../src/resident/call.ts';
import { type Claims, openClaims } from '../../src/resident/claims.ts';
import { openRunningCalls, type RunningCalls } from '../../src/resident/running-calls.ts';
import { openSlots, type Slots } from '../../src/resident/slots.ts';
import {
  counting,
  makeFifos,
  newDirectory,
  remove,
  type StandIn,
  startStandIn,
  uid,
} from './resident-fixture.ts';

let directory: string;
let slots: Slots;
let claims: Claims;
let calls: RunningCalls;
let served: Call[];
let reported: string[];
let standIns: StandIn[];
/** What the resident uses, of 100 MiB. */
let megabytes: number;
let maxFiles: number;
const megabyte = 1024 * 1024;

beforeEach(async () => {
  directory = newDirectory();
  slots = openSlots({ directory, makeFifos, random: counting() });
  claims = openClaims(directory);
  [served, reported, standIns] = [[], [], []];
  await slots.refill();
  megabytes = 100;
  maxFiles = 100_000;
  calls = openRunningCalls({
    uid,
    env: {},
    memory: () => megabytes * megabyte,
    maxMemory: 100 * megabyte,
    get maxFiles() {
      return maxFiles;
    },
    slots,
    claims,
    report: (line) => reported.push(line),
    // Until it is stopped or nobody wants it.
    serve: async (call) => {
      served.push(call);
      writeSync(call.log, 'served\n');
      await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()));
      await call.answer(3);
      closeSync(call.messages);
      closeSync(call.log);
    },
  });
});
afterEach(async () => {
  for (const { child } of standIns) child.kill('SIGKILL');
  for (const slot of slots.free()) await slots.drop(slot);
  remove(directory);
});

async function launch(slot: string): Promise<StandIn> {
  const standIn = await startStandIn(slots.pathOf(slot));
  standIns.push(standIn);
  return standIn;
}

/** The claim is a file of the slot's name; the FIFO has the same name in another directory with a resident. */
const claimed = (pid: number) => ({ ...claims, holderOf: () => Promise.resolve(pid) });

describe('running calls', () => {
  it('a call is served on the FIFO that its launcher reads, until it is stopped', async () => {
    const { pid, log } = await launch('slot1');
    vi.spyOn(claims, 'holderOf').mockImplementation(claimed(pid).holderOf);
    calls.handle({ kind: 'call', slot: 'slot1', pid, argumentCount: 3, delivered: null });
    await vi.waitFor(() => expect([served.length, ...reported]).toEqual([1]));
    expect(served[0]).toMatchObject({ pid, argv: ['run', '/a script', 'build_script'] });
    expect(calls.count()).toBe(1);
    calls.handle({ kind: 'stop', slot: 'slot1' });
    await calls.ended();
    expect(await log).toBe('served\n');
    expect(served[0]?.orphaned.aborted).toBe(false);
    expect(readFileSync(`${directory}/slot1.code`, 'utf8')).toBe('3\n');
    expect(calls.count()).toBe(0);
    expect(reported).toEqual([]);
  });

  it('a call that is stopped twice is given up, and one that is asked for twice is served once', async () => {
    const { pid } = await launch('slot1');
    vi.spyOn(claims, 'holderOf').mockImplementation(claimed(pid).holderOf);
    const request = { kind: 'call', slot: 'slot1', pid, argumentCount: 3, delivered: null } as const;
    calls.handle(request);
    calls.handle(request);
    await vi.waitFor(() => expect([served.length, ...reported]).toEqual([1]));
    calls.handle({ kind: 'stop', slot: 'slot1' });
    calls.handle({ kind: 'stop', slot: 'slot1' });
    expect(served[0]?.orphaned.aborted).toBe(true);
    await calls.ended();
    expect(served).toHaveLength(1);
  });

  it('a call whose launcher was killed is given up, and its neighbour is not', async () => {
    const [one, other] = [await launch('slot1'), await launch('slot2')];
    vi.spyOn(claims, 'holderOf').mockImplementation((slot) =>
      Promise.resolve(slot === 'slot1' ? one.pid : other.pid),
    );
    calls.handle({ kind: 'call', slot: 'slot1', pid: one.pid, argumentCount: 3, delivered: null });
    calls.handle({ kind: 'call', slot: 'slot2', pid: other.pid, argumentCount: 3, delivered: null });
    await vi.waitFor(() => expect([served.length, ...reported]).toEqual([2]));
    one.child.kill('SIGKILL');
    await vi.waitFor(async () => {
      await calls.giveUpDead();
      expect(calls.count()).toBe(1);
    });
    expect(served.map(({ pid, orphaned }) => [pid, orphaned.aborted])).toEqual(
      expect.arrayContaining([
        [one.pid, true],
        [other.pid, false],
      ]),
    );
    calls.handle({ kind: 'stop', slot: 'slot2' });
    await calls.ended();
  });

  it.each([
    ['has claimed nothing', 0, 'slot1', /has not claimed slot1/],
    ['names a slot that it does not read', 1, 'slot2', /does not read .*slot2/],
  ])('a process that %s works alone: its FIFO ends without an answer', async (_, claim, slot, why) => {
    const { pid, log } = await launch('slot1');
    vi.spyOn(claims, 'holderOf').mockResolvedValue(claim === 0 ? null : pid);
    calls.handle({ kind: 'call', slot, pid, argumentCount: 3, delivered: null });
    await calls.ended();
    if (slot !== 'slot1') await slots.drop('slot1');
    expect(await log).toBe('');
    expect(reported.join('\n')).toMatch(why);
    expect(served).toEqual([]);
    expect(existsSync(`${directory}/${slot}.code`)).toBe(claim === 1);
  });

  it('a launcher works alone while the resident uses more memory than it may, and the resident says so', async () => {
    const { pid, log } = await launch('slot1');
    vi.spyOn(claims, 'holderOf').mockImplementation(claimed(pid).holderOf);
    megabytes = 120;
    calls.handle({ kind: 'call', slot: 'slot1', pid, argumentCount: 3, delivered: null });
    expect(await log).toBe('');
    expect(reported).toEqual([
      'A launcher works alone: the resident uses 120 MiB of memory, more than its limit of 100 MiB.',
    ]);
    // No other resident is asked.
    expect(readFileSync(`${directory}/slot1.code`, 'utf8')).toBe('alone\n');
    megabytes = 90;
    const next = await launch('slot2');
    vi.spyOn(claims, 'holderOf').mockImplementation(claimed(next.pid).holderOf);
    calls.handle({ kind: 'call', slot: 'slot2', pid: next.pid, argumentCount: 3, delivered: null });
    await vi.waitFor(() => expect(served).toHaveLength(1));
    calls.handle({ kind: 'stop', slot: 'slot2' });
    await calls.ended();
    expect(calls.served()).toBe(1);
  });

  it('no more calls run than there are files for, and the resident names the limit', async () => {
    const holder = Promise.withResolvers<null>();
    maxFiles = 1024;
    vi.spyOn(claims, 'holderOf').mockReturnValue(holder.promise);
    for (let pid = 1; pid <= 200; pid += 1)
      calls.handle({ kind: 'call', slot: `garbage${pid}`, pid, argumentCount: 1, delivered: null });
    expect(calls.count()).toBe(144);
    expect(reported[0]).toBe(
      'A launcher works alone: 144 calls are running, and the resident may open 1024 files (LimitNOFILE).',
    );
    holder.resolve(null);
    await calls.ended();
  });

  it('10,000 calls at once are never more than a thousand: the others are refused at once', async () => {
    const holder = Promise.withResolvers<null>();
    vi.spyOn(claims, 'holderOf').mockReturnValue(holder.promise);
    for (let pid = 1; pid <= 10_000; pid += 1)
      calls.handle({ kind: 'call', slot: `garbage${pid}`, pid, argumentCount: 1, delivered: null });
    expect(calls.count()).toBe(1000);
    expect(reported).toHaveLength(9000);
    expect(reported[0]).toBe('A launcher works alone: 1000 calls are running.');
    holder.resolve(null);
    await calls.ended();
    expect(calls.count()).toBe(0);
  });

  it('a stop of no call is nothing', () => {
    calls.handle({ kind: 'stop', slot: 'slot9' });
    expect(calls.count()).toBe(0);
  });
});
