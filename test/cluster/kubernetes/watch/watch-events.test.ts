import { describe, expect, it } from 'vitest';
import { refuse } from '../fake-api-server.ts';
import { startWatchServer, tell } from '../fake-watch.ts';
import { undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

function event(uid: string, time: string, rest: object = {}): object {
  return {
    metadata: { uid, creationTimestamp: time },
    type: 'Normal',
    reason: `r-${uid}`,
    message: 'm',
    ...rest,
  };
}

describe('watchEvents', () => {
  it('delivers old events first, in the order they happened, then new ones, each once', async () => {
    const server = await startWatchServer(undo);
    server.items = [
      event('b', '2026-01-01T00:00:02Z'),
      event('c', '2026-01-01T00:00:00Z', { firstTimestamp: null, eventTime: '2026-01-01T00:00:03.000000Z' }),
      event('a', '2026-01-01T00:00:09Z', { firstTimestamp: '2026-01-01T00:00:01Z' }),
    ];
    const told: string[] = [];
    const over = new AbortController();
    const watch = server.watch();
    const reading = (async () => {
      for await (const { uid } of server.cluster.watchEvents(
        { name: 'job-1', uid: 'u' },
        { signal: over.signal },
      )) {
        told.push(uid);
        if (uid === 'e') over.abort();
      }
    })();
    const response = await watch;
    tell(response, 'ADDED', event('d', '2026-01-01T00:00:04Z'));
    tell(response, 'MODIFIED', event('d', '2026-01-01T00:00:04Z', { count: 2 }));
    tell(response, 'DELETED', event('a', '2026-01-01T00:00:01Z'));
    tell(response, 'ADDED', event('e', '2026-01-01T00:00:05Z'));
    await reading;

    expect(told).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(server.server.received[0]?.target).toBe(
      '/api/v1/namespaces/ci/events?fieldSelector=involvedObject.kind=Pod,involvedObject.name=job-1,involvedObject.uid=u',
    );
  });

  it('does not deliver the old ones again after a reconnect', async () => {
    const server = await startWatchServer(undo);
    server.items = [event('a', '1')];
    const events = server.cluster.watchEvents({ name: 'job-1', uid: 'u' }, {})[Symbol.asyncIterator]();
    await events.next();
    const next = events.next();
    const response = await server.watch();

    server.items = [event('a', '1'), event('b', '2')];
    response.destroy();

    expect((await next).value).toMatchObject({ uid: 'b' });
    await events.return?.();
  });

  it.each([
    [{ involvedObject: { fieldPath: 'spec.containers{svc-0}' } }, { type: 'Normal', container: 'svc-0' }],
    [
      { type: 'Warning', count: 3 },
      { type: 'Warning', count: 3 },
    ],
    [
      { type: 'Warning', series: { count: 4 }, count: 1 },
      { type: 'Warning', count: 4 },
    ],
    [{ type: 'Strange' }, { type: 'Normal' }],
    [
      { reason: undefined, message: undefined },
      { reason: '', message: '' },
    ],
  ])('reads %j', async (rest, expected) => {
    const server = await startWatchServer(undo);
    server.items = [event('a', '1', rest)];
    const events = server.cluster.watchEvents({ name: 'job-1', uid: 'u' }, {})[Symbol.asyncIterator]();

    expect((await events.next()).value).toMatchObject(expected);
    await events.return?.();
  });

  it('fails when events may not be read', async () => {
    const server = await startWatchServer(undo);
    server.intercept = (_, response) => {
      refuse(response, 403, 'Forbidden', 'events is forbidden: User "r" cannot list resource "events"');
      return true;
    };
    const events = server.cluster.watchEvents({ name: 'job-1', uid: 'u' }, {})[Symbol.asyncIterator]();

    await expect(events.next()).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('on `events`'),
    });
  });
});
