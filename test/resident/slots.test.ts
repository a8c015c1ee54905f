import { closeSync, constants, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSlots, type Slots } from '../../src/resident/slots.ts';
import { counting, makeFifos, newDirectory, remove } from './resident-fixture.ts';

let directory: string;
let slots: Slots;
beforeEach(async () => {
  directory = newDirectory();
  slots = openSlots({ directory, makeFifos, random: counting() });
  await slots.refill();
});
afterEach(async () => {
  for (const slot of slots.free()) await slots.drop(slot);
  remove(directory);
});

const openReader = (slot: string): number =>
  openSync(slots.pathOf(slot), constants.O_RDONLY | constants.O_NONBLOCK);

describe('slots', () => {
  it('free slots are FIFOs that only their user can open, and as many as are told', () => {
    expect(readdirSync(directory).sort()).toEqual([...slots.free()].sort());
    expect(slots.free()).toHaveLength(64);
    const { mode } = statSync(slots.pathOf('slot1'));
    expect(mode & constants.S_IFMT).toBe(constants.S_IFIFO);
    expect(mode & 0o777).toBe(0o600);
  });

  it('a slot that is taken is found by nobody, and what is written to it arrives', async () => {
    const reader = openReader('slot1');
    const writer = await slots.take('slot1');
    expect(readdirSync(directory)).not.toContain('slot1');
    writeSync(writer, 'log');
    const bytes = Buffer.alloc(10);
    expect(bytes.toString('utf8', 0, readSync(reader, bytes))).toBe('log');
    closeSync(writer);
    await vi.waitFor(() => expect(readSync(reader, bytes)).toBe(0));
    closeSync(reader);
  });

  it('a free slot has no end of file: a launcher that opens it waits for its log', () => {
    const reader = openReader('slot1');
    expect(() => readSync(reader, Buffer.alloc(1))).toThrow('EAGAIN');
    closeSync(reader);
  });

  it('a slot that is dropped ends for whoever opened it', async () => {
    const reader = openReader('slot1');
    await slots.drop('slot1');
    await vi.waitFor(() => expect(readSync(reader, Buffer.alloc(1))).toBe(0));
    closeSync(reader);
  });

  it.each(['slot1000', '../slots', ''])('%j is no slot to take', async (slot) => {
    await expect(slots.take(slot)).rejects.toThrow(`there is no free slot ${slot}`);
  });

  it('a slot is taken once', async () => {
    closeSync(await slots.take('slot1'));
    await expect(slots.take('slot1')).rejects.toThrow('there is no free slot slot1');
  });

  it('taken slots are replaced, by one making at a time', async () => {
    closeSync(await slots.take('slot1'));
    closeSync(await slots.take('slot2'));
    await Promise.all([slots.refill(), slots.refill()]);
    expect(slots.free()).toHaveLength(64);
    expect(slots.free()).toContain('slot66');
  });

  it('FIFOs that cannot be made are said, and tried again', async () => {
    let isFull = true;
    const failing = openSlots({
      directory: newDirectory(),
      random: counting(),
      makeFifos: (paths) => (isFull ? Promise.reject(new Error('ENOSPC')) : makeFifos(paths)),
    });
    await expect(failing.refill()).rejects.toThrow('ENOSPC');
    expect(failing.free()).toEqual([]);
    isFull = false;
    await failing.refill();
    expect(failing.free()).not.toEqual([]);
    for (const slot of failing.free()) await failing.drop(slot);
  });
});
