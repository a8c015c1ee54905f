// A watch: first what is there (or what happened since a version), then every change, one JSON object a line.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Selector } from '../store/selector.ts';
import type { Change, Store } from '../store/store.ts';
import { type ApiRequest, isTrue } from './request.ts';
import { ApiRefusal, failureStatus } from './status.ts';

export interface WatchRequest {
  readonly request: ApiRequest;
  readonly matches: Selector;
  readonly kind: string;
  /** How the client wants objects; null: as they are. */
  readonly show: ((object: object) => object) | null;
}

/** What fault injection can do to a running watch. */
export interface RunningWatch {
  /** Ends it with 410. */
  expire(): void;
  /** Cuts it. */
  close(): void;
}

export type RunningWatches = Set<RunningWatch>;

/** A real server's minute would be longer than most tests. */
const bookmarkEveryMs = 10_000;

export function serveWatch(
  store: Store,
  { request, matches, kind, show }: WatchRequest,
  exchange: {
    readonly incoming: IncomingMessage;
    readonly response: ServerResponse;
    readonly running: RunningWatches;
  },
): void {
  const { response, running } = exchange;
  const { query, resource, namespace } = request;
  const since = Number(query.get('resourceVersion') ?? '0');
  const send = (type: string, object: object): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const tell = (change: Change): void => {
    const isOther = change.resource !== resource;
    if (isOther || (namespace !== null && change.object.metadata.namespace !== namespace)) return;
    const type = seenAs(change, matches);
    if (type) send(type, show ? show(change.object) : change.object);
  };
  const expire = (): void => {
    send('ERROR', failureStatus(new ApiRefusal(410, 'Expired', `too old resource version: ${since}`)));
    response.end();
  };
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();

  if (since === 0) {
    for (const object of store.list(resource, namespace ?? undefined).filter(matches))
      send('ADDED', show ? show(object) : object);
  } else {
    const missed = store.changesSince(since);
    if (missed === 'expired') {
      expire();
      return;
    }
    missed.forEach(tell);
  }
  const stops = [
    store.subscribe(tell),
    ...timers(query, response, () => send('BOOKMARK', bookmark(kind, store))),
  ];
  const watch: RunningWatch = { expire, close: () => response.destroy() };
  running.add(watch);
  response.on('close', () => {
    running.delete(watch);
    for (const stop of stops) stop();
  });
}

function timers(query: URLSearchParams, response: ServerResponse, sendBookmark: () => void): (() => void)[] {
  const seconds = Number(query.get('timeoutSeconds') ?? '0');
  const deadline = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000) : undefined;
  const bookmarks = isTrue(query.get('allowWatchBookmarks'))
    ? setInterval(sendBookmark, bookmarkEveryMs)
    : undefined;
  return [() => clearTimeout(deadline), () => clearInterval(bookmarks)];
}

/** An object that comes to match a selector was added, as far as this watch is concerned. */
function seenAs({ type, object, previous }: Change, matches: Selector): Change['type'] | null {
  const now = matches(object);
  if (type === 'DELETED') return now ? 'DELETED' : null;
  const before = previous !== null && matches(previous);
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : null;
}

const bookmark = (kind: string, store: Store): object => ({
  kind,
  apiVersion: 'v1',
  metadata: { resourceVersion: store.version(), creationTimestamp: null },
});
