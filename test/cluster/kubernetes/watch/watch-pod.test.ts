import { describe, expect, it } from 'vitest';
import type { PodChange } from '../../../../src/cluster/cluster.ts';
import { refuse } from '../fake-api-server.ts';
import { podAt, startWatchServer, tell, type WatchServer } from '../fake-watch.ts';
import { undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

function watching({ cluster }: WatchServer) {
  const over = new AbortController();
  undo(() => over.abort());
  const changes = cluster.watchPod('job-1', { signal: over.signal })[Symbol.asyncIterator]();
  return { over, next: async () => brief(await changes.next()) };
}

function brief(result: IteratorResult<PodChange>): string {
  if (result.done) return 'end';
  const { value } = result;
  return value.kind === 'gone' ? 'gone' : `${value.pod.metadata.resourceVersion} ${value.pod.status?.phase}`;
}

describe('watchPod', () => {
  it('begins with the pod as it is, and continues with each change', async () => {
    const server = await startWatchServer(undo);
    server.items = [podAt('1')];
    const { next, over } = watching(server);

    expect(await next()).toBe('1 Pending');
    const watch = next();
    const response = await server.watch();
    tell(response, 'BOOKMARK', { metadata: { resourceVersion: '5' } });
    tell(response, 'MODIFIED', podAt('6', 'Running'));
    expect(await watch).toBe('6 Running');
    tell(response, 'DELETED', podAt('7', 'Running'));
    expect(await next()).toBe('gone');
    over.abort();
    expect(await next()).toBe('end');

    expect(server.server.received.map(({ target }) => target)).toEqual([
      '/api/v1/namespaces/ci/pods?fieldSelector=metadata.name=job-1',
      '/api/v1/namespaces/ci/pods?fieldSelector=metadata.name=job-1&watch=true&resourceVersion=100&allowWatchBookmarks=true&timeoutSeconds=290',
    ]);
  });

  it('begins with `gone` when there is no such pod', async () => {
    const { next } = watching(await startWatchServer(undo));

    expect(await next()).toBe('gone');
  });

  // @promise outage: a watch is cut, or too old (410)
  it('sees a deletion that happened while the connection was away', async () => {
    const server = await startWatchServer(undo);
    server.items = [podAt('1', 'Running')];
    const { next } = watching(server);
    expect(await next()).toBe('1 Running');
    const change = next();
    const response = await server.watch();

    server.items = [];
    response.destroy();

    expect(await change).toBe('gone');
  });

  it('does not repeat what it has delivered, however often the connection ends', async () => {
    const server = await startWatchServer(undo);
    server.items = [podAt('1')];
    const { next } = watching(server);
    expect(await next()).toBe('1 Pending');
    const change = next();

    (await server.watch()).destroy();
    (await server.watch()).end();
    (await server.watch()).end('rubbish\n');
    tell(await server.watch(), 'MODIFIED', podAt('2', 'Running'));

    expect(await change).toBe('2 Running');
  });

  it('lists again when its place in the history has expired', async () => {
    const server = await startWatchServer(undo);
    server.items = [podAt('1')];
    const { next } = watching(server);
    expect(await next()).toBe('1 Pending');
    const change = next();
    const response = await server.watch();

    server.items = [podAt('9', 'Running')];
    tell(response, 'ERROR', { kind: 'Status', code: 410, reason: 'Expired' });

    expect(await change).toBe('9 Running');
  });

  it('continues after a silence, 429, 410 and 500', async () => {
    const server = await startWatchServer(undo, { watchSilenceMilliseconds: 30 });
    server.items = [podAt('1')];
    const { next } = watching(server);
    expect(await next()).toBe('1 Pending');
    const change = next();
    await server.watch();

    const troubles = [429, 410, 500];
    server.intercept = (_, response) => {
      const status = troubles.shift();
      if (status === undefined) server.items = [podAt('2')];
      else refuse(response, status, 'Trouble', 'later');
      return status !== undefined;
    };

    expect(await change).toBe('2 Pending');
    expect(troubles).toEqual([]);
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
  ])('ends with a failure when the server refuses for good (%i)', async (status, code) => {
    const server = await startWatchServer(undo);
    server.intercept = ({ query }, response) => {
      if (query.get('watch') === null) return false;
      refuse(response, status, 'No', 'User "r" cannot watch resource "pods"');
      return true;
    };
    const changes = server.cluster.watchPod('job-1', {})[Symbol.asyncIterator]();
    await changes.next();

    await expect(changes.next()).rejects.toMatchObject({
      code,
      message: expect.stringContaining('Cannot watch pods'),
    });
  });
});
