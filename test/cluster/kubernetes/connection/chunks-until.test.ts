import { PassThrough } from 'node:stream';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { chunksUntil } from '../../../../src/cluster/kubernetes/connection/chunks-until.ts';
import { endable } from '../../../../src/cluster/kubernetes/watch/follow.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const never = new Promise<never>(() => undefined);

async function read(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

/** Reads on until `over` ends it; `first` settles with the first chunk. */
function reading(source: AsyncIterable<Uint8Array>) {
  const over = new AbortController();
  const first = Promise.withResolvers<Uint8Array>();
  const done = (async () => {
    for await (const chunk of chunksUntil(over.signal, source)) first.resolve(chunk);
  })();
  return { over, first: first.promise, done };
}

describe('chunksUntil', () => {
  it('gives all of a source that ends', async () => {
    const signal = new AbortController().signal;
    const source = (async function* () {
      for (const part of ['a', 'b', 'c']) {
        await turn();
        yield bytes(part);
      }
    })();

    expect(await read(chunksUntil(signal, bytes('whole')))).toBe('whole');
    expect(await read(chunksUntil(signal, source))).toBe('abc');
  });

  it('passes on the failure of a source', async () => {
    const source = (async function* () {
      yield bytes('a');
      throw new Error('the disk is gone');
    })();

    await expect(read(chunksUntil(new AbortController().signal, source))).rejects.toThrow('the disk is gone');
  });

  it('lets a source go that waits for ever', async () => {
    let isReleased = false;
    const source = endable(undefined, async function* (signal) {
      try {
        yield bytes('a');
        await sleep(1_000_000, undefined, { signal });
      } finally {
        isReleased = true;
      }
    });
    const { over, first, done } = reading(source);
    await first;

    over.abort();
    await done;
    await turn();

    expect(isReleased).toBe(true);
  });

  it('does not wait for a bare generator, which returns after what it waits for', async () => {
    const gate = Promise.withResolvers<null>();
    let isReleased = false;
    const source = (async function* () {
      try {
        yield bytes('a');
        await gate.promise;
        yield bytes('nobody wants this');
      } finally {
        isReleased = true;
      }
    })();
    const { over, first, done } = reading(source);
    await first;

    over.abort();
    await done;
    expect(isReleased).toBe(false);
    gate.resolve(null);
    await turn();

    expect(isReleased).toBe(true);
  });

  it('destroys a stream of Node that is open and silent', async () => {
    const source = new PassThrough();
    source.write('a');
    const { over, first, done } = reading(source);
    await first;

    over.abort();
    await done;

    expect(source.destroyed).toBe(true);
  });

  it('drops what a source throws once it is let go', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const failing: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => promise,
        return: () => Promise.reject(new Error('much too late')),
      }),
    };
    const { over, done } = reading(failing);
    await turn();

    over.abort();
    reject(new Error('too late'));
    await done;
    await sleep(20);
    // An unhandled rejection would have failed the run.
  });

  it('asks for nothing when it is over before', async () => {
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('asked')) }),
    };

    expect(await read(chunksUntil(AbortSignal.abort(), source))).toBe('');
  });

  it('remembers no chunk of a long source', async () => {
    const over = new AbortController();
    const source = (async function* () {
      for (let left = 20_000; left > 0; left--) yield bytes('x');
    })();
    let listeners = 0;
    const counted = new Proxy(over.signal, {
      get: (signal, key) => {
        const value: unknown = Reflect.get(signal, key, signal);
        if (key === 'addEventListener') listeners += 1;
        if (key === 'removeEventListener') listeners -= 1;
        return typeof value === 'function' ? (value.bind(signal) as unknown) : value;
      },
    });

    await read(chunksUntil(counted, source));

    expect(listeners).toBe(0);
    await Promise.race([never, turn()]);
  });
});
