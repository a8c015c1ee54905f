import { describe, expect, it } from 'vitest';
import { endable } from '../../../../src/cluster/kubernetes/watch/follow.ts';
import { podAt, startWatchServer } from '../fake-watch.ts';
import { undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

describe('following', () => {
  it('does not hammer a server that ends each watch at once', async () => {
    const server = await startWatchServer(undo, { pauseMilliseconds: 40 });
    const enough = new AbortController();
    const watches: number[] = [];
    server.intercept = ({ query }, response) => {
      if (query.get('watch') === null) return false;
      watches.push(performance.now());
      if (watches.length === 4) enough.abort();
      response.end();
      return true;
    };

    for await (const change of server.cluster.watchPod('job-1', { signal: enough.signal })) {
      expect(change.kind).toBe('gone');
    }

    // Pauses of 40, 80, 160 ms at most, of half of that at least.
    expect(watches).toHaveLength(4);
    expect(watches[3]! - watches[0]!).toBeGreaterThanOrEqual(20 + 40 + 80);
  });

  it('survives a server that is away for a while', async () => {
    const server = await startWatchServer(undo);
    server.items = [podAt('1')];
    const changes = server.cluster.watchPod('job-1', {})[Symbol.asyncIterator]();
    await changes.next();
    const change = changes.next();
    await server.watch();

    let refused = 0;
    server.intercept = (_, response) => {
      refused += 1;
      if (refused > 3) server.items = [podAt('2')];
      else response.socket?.destroy();
      return refused <= 3;
    };
    server.server.cut('reset');

    expect((await change).value).toMatchObject({
      kind: 'changed',
      pod: { metadata: { resourceVersion: '2' } },
    });
    await changes.return?.();
  });

  it('does not wait for ever for a watch to begin', async () => {
    const server = await startWatchServer(undo, { callMilliseconds: 50 });
    server.items = [podAt('1')];
    server.intercept = ({ query }) => {
      if (query.get('watch') === null) return false;
      server.items = [podAt('2')];
      return true;
    };
    const changes = server.cluster.watchPod('job-1', {})[Symbol.asyncIterator]();
    await changes.next();

    expect((await changes.next()).value).toMatchObject({ pod: { metadata: { resourceVersion: '2' } } });
    await changes.return?.();
  });

  it('lets its consumer leave in the middle of a wait, and leaves no connection behind', async () => {
    const server = await startWatchServer(undo);
    server.items = [podAt('1')];
    const changes = server.cluster.watchPod('job-1', {})[Symbol.asyncIterator]();
    await changes.next();
    const pending = changes.next();
    const response = await server.watch();
    const closed = new Promise((resolve) => response.once('close', resolve));

    await changes.return?.();

    expect(await pending).toEqual({ done: true, value: undefined });
    await closed;
  });
});

describe('endable', () => {
  it('ends when its signal was aborted before', async () => {
    const generate = async function* (signal: AbortSignal): AsyncGenerator<number> {
      if (!signal.aborted) yield 1;
    };
    const numbers = [];
    for await (const number of endable(AbortSignal.abort(), generate)) numbers.push(number);

    expect(numbers).toEqual([]);
  });
});
