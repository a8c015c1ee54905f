import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openSweeper } from '../../../src/cluster/kubernetes/spent-chunks.ts';
import { openCollector } from '../../../src/cluster/kubernetes/young-collection.ts';

const mebibyte = 1024 * 1024;

describe('openSweeper', () => {
  it('costs a process nothing that moves little, and looks every 4 MiB in one that moves much', async () => {
    const calls: string[] = [];
    const sweep = openSweeper(() => {
      calls.push('load');
      return Promise.resolve(() => void calls.push('collect'));
    });
    for (let moved = 0; moved < 16; moved++) sweep(mebibyte);
    expect(calls).toEqual([]);

    sweep(mebibyte);
    await turn();
    for (let moved = 0; moved < 11; moved++) sweep(mebibyte);

    expect(calls).toEqual(['load', 'collect', 'collect', 'collect']);
  });
});

describe('openCollector', () => {
  it('makes V8 let go of what nobody holds any more', () => {
    const collect = openCollector();
    for (let chunk = 0; chunk < 64; chunk++) Buffer.alloc(mebibyte);
    const before = process.memoryUsage().arrayBuffers;

    collect();

    expect(process.memoryUsage().arrayBuffers).toBeLessThanOrEqual(before);
  });
});
