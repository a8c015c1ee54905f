// The server's side of list and watch: a list that a test can change, and the open watches to write to.
import type { ServerResponse } from 'node:http';
import type { Cluster } from '../../../src/cluster/cluster.ts';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import type { Limits } from '../../../src/cluster/kubernetes/limits.ts';
import { type FakeServer, json, type Received, startFakeServer } from './fake-api-server.ts';
import type { Undo } from './undo.ts';

export interface WatchServer {
  readonly cluster: Cluster;
  readonly server: FakeServer;
  /** What a list shows. */
  items: unknown[];
  /** Takes a request's answer over; asked first, for each request. */
  intercept: ((request: Received, response: ServerResponse) => boolean) | null;
  /** The watch that is open, as soon as there is one. */
  watch(): Promise<ServerResponse>;
}

export async function startWatchServer(undo: Undo, limits: Partial<Limits> = {}): Promise<WatchServer> {
  const open: ServerResponse[] = [];
  const waiting: ((response: ServerResponse) => void)[] = [];
  const server = await startFakeServer({
    answer: (request, response) => {
      if (watched.intercept?.(request, response)) return;
      if (request.query.get('watch') !== 'true') {
        return json(response, 200, { metadata: { resourceVersion: '100' }, items: watched.items });
      }
      response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
      const next = waiting.shift();
      if (next) next(response);
      else open.push(response);
    },
  });
  undo(() => server.close());
  const cluster = connect(server.connection, { env: {}, limits: { pauseMilliseconds: 1, ...limits } });
  undo(() => cluster.close());
  const watched: WatchServer = {
    cluster,
    server,
    items: [],
    intercept: null,
    watch: () => {
      const response = open.shift();
      return response ? Promise.resolve(response) : new Promise((resolve) => waiting.push(resolve));
    },
  };
  return watched;
}

export function tell(response: ServerResponse, type: string, object: unknown): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

export function podAt(resourceVersion: string, phase = 'Pending'): object {
  return { metadata: { name: 'job-1', uid: 'u', resourceVersion }, spec: {}, status: { phase } };
}
