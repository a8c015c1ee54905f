// A watch: first what is there (or what happened since a version), then every change, one JSON object a line.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KubeObject } from '../store/kube-object.ts';
import type { Selector } from '../store/selector.ts';
import type { Change, Store } from '../store/store.ts';
import { type ApiRequest, isTrue } from './request.ts';
import { ApiRefusal, failureStatus } from './status.ts';

export interface WatchRequest {
  readonly request: ApiRequest;
  readonly matches: Selector;
  readonly kind: string;
}

/** So that clients have something to time out on, as a real server's minute; a watch without changes shows that it lives. */
const bookmarkEveryMs = 10_000;

/** Set by fault injection: how to end every running watch with 410. */
export type RunningWatches = Set<{ expire(): void; close(): void }>;

export function serveWatch(
  store: Store,
  { request, matches, kind }: WatchRequest,
  {
    incoming,
    response,
    running,
  }: { incoming: IncomingMessage; response: ServerResponse; running: RunningWatches },
): void {
  const { query, resource, namespace } = request;
  const send = (type: string, object: unknown): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const concerns = (change: Change): boolean =>
    change.resource === resource && (namespace === null || change.object.metadata.namespace === namespace);
  const tell = (change: Change): void => {
    const type = seenAs(change, matches);
    if (type) send(type, change.object);
  };
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();

  const since = Number(query.get('resourceVersion') ?? '0');
  if (since === 0) {
    for (const object of store.list(resource, namespace ?? undefined).filter(matches)) send('ADDED', object);
  } else {
    const missed = store.changesSince(since);
    if (missed === 'expired') {
      send('ERROR', expired(since));
      response.end();
      return;
    }
    missed.filter(concerns).forEach(tell);
  }
  const unsubscribe = store.subscribe((change) => {
    if (concerns(change)) tell(change);
  });
  const bookmarks = isTrue(query.get('allowWatchBookmarks'))
    ? setInterval(() => send('BOOKMARK', bookmark(kind, store.version())), bookmarkEveryMs)
    : undefined;
  const seconds = Number(query.get('timeoutSeconds') ?? '0');
  const deadline = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000) : undefined;
  const watch = {
    expire: () => {
      send('ERROR', expired(since));
      response.end();
    },
    close: () => response.destroy(),
  };
  running.add(watch);
  const over = (): void => {
    unsubscribe();
    clearInterval(bookmarks);
    clearTimeout(deadline);
    running.delete(watch);
  };
  response.on('close', over);
  incoming.on('close', () => response.end());
}

/** An object that comes to match a selector was added, as far as this watch is concerned. */
function seenAs({ type, object, previous }: Change, matches: Selector): Change['type'] | null {
  if (type === 'DELETED') return matches(object) ? 'DELETED' : null;
  const now = matches(object);
  const before = previous !== null && matches(previous);
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : null;
}

const bookmark = (kind: string, version: string): Partial<KubeObject> => ({
  kind,
  apiVersion: 'v1',
  metadata: { resourceVersion: version, creationTimestamp: null } as never,
});

const expired = (since: number): object =>
  failureStatus(new ApiRefusal(410, 'Expired', `too old resource version: ${since}`));
