import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readWatchEvents } from '../../../../src/cluster/kubernetes/watch/watch-lines.ts';

const patience = 60_000;

async function readAll(chunks: readonly (string | Uint8Array)[], silence = patience): Promise<unknown[]> {
  const stream = new PassThrough();
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  const events = [];
  for await (const event of readWatchEvents(stream as never, silence)) events.push(event);
  return events;
}

describe('readWatchEvents', () => {
  it('reads one object a line, wherever the chunks are cut', async () => {
    const bytes = Buffer.from('{"type":"ADDED","object":{"a":"grün"}}\n\n{"type":"DELETED","object":{}}\n');
    const events = [
      { type: 'ADDED', object: { a: 'grün' } },
      { type: 'DELETED', object: {} },
    ];

    for (let cut = 0; cut < bytes.length; cut++) {
      expect(await readAll([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(events);
    }
  });

  it('leaves a line out that was cut by the connection’s end', async () => {
    expect(await readAll(['{"type":"ADDED","object":1}\n{"type":"MODI'])).toEqual([
      { type: 'ADDED', object: 1 },
    ]);
  });

  it('fails on what is no JSON', async () => {
    await expect(readAll(['<html>\n'])).rejects.toThrow();
  });

  it('fails on a line without end', async () => {
    await expect(readAll(['x'.repeat(17 * 1024 * 1024)])).rejects.toThrow('too long');
  });

  it('fails when nothing comes for too long', async () => {
    const stream = new PassThrough();
    const events = readWatchEvents(stream as never, 20);

    await expect(events.next()).rejects.toThrow('silent');
    expect(stream.destroyed).toBe(true);
  });

  it('waits for as long as something comes', async () => {
    const stream = new PassThrough();
    let left = 6;
    const timer = setInterval(() => {
      left -= 1;
      if (left > 0) stream.write('{"type":"BOOKMARK","object":0}\n');
      else stream.end();
      if (left === 0) clearInterval(timer);
    }, 40);
    let count = 0;
    for await (const { type } of readWatchEvents(stream as never, 150)) count += type === 'BOOKMARK' ? 1 : 0;

    expect(count).toBe(5);
  });

  it('ends the connection when its reader leaves', async () => {
    const stream = new PassThrough();
    stream.write('{"type":"ADDED","object":1}\n');
    for await (const event of readWatchEvents(stream as never, patience)) {
      expect(event.type).toBe('ADDED');
      break;
    }

    expect(stream.destroyed).toBe(true);
  });
});
