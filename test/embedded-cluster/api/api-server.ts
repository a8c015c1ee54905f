// The API server: TLS on loopback, a token, and a handler for each verb of each resource.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { ContainerRuntime } from '../kubelet/pod-state.ts';
import type { Pod } from '../pod/pod.ts';
import { initContainersOf } from '../pod/pod.ts';
import type { Store } from '../store/store.ts';
import type { ServerIdentity } from '../tls/certificate.ts';
import { authorize, type Denial, review } from './access-review.ts';
import { refuseUpgrade, sendJson, sendRefusal } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { deletePod } from './delete-pod.ts';
import { discover } from './discovery.ts';
import type { ExecConnection } from './exec-connection.ts';
import type { ExecProtocol } from './exec-frames.ts';
import { servePodLog } from './pod-log.ts';
import { type ApiRequest, parseResourcePath, readJsonBody } from './request.ts';
import type { ResourceKind } from './resource-kinds.ts';
import {
  createObject,
  type DeleteOptions,
  deleteObject,
  getObject,
  listObjects,
  patchObject,
  type ResourceContext,
  selectorOf,
  updateObject,
} from './resource-verbs.ts';
import { containerNotFound, createExecServer } from './serve-exec.ts';
import { ApiRefusal, badRequest, forbidden, noSuchPath, notFound } from './status.ts';
import { asksForTable, podTable } from './table.ts';
import { type RunningWatches, serveWatch } from './watch.ts';

export interface ApiServerSettings {
  readonly identity: ServerIdentity;
  readonly store: Store;
  readonly kinds: readonly ResourceKind[];
  readonly kubelet: Kubelet;
  readonly clock: () => Date;
  readonly kubernetesVersion: string;
  readonly tokens: ReadonlySet<string>;
  readonly denials: readonly Denial[];
  readonly execProtocols: readonly ExecProtocol[];
  /** Asked before each request to a resource; throws what the client is to get. */
  readonly beforeRequest: (request: ApiRequest) => void;
  readonly onExec: (connection: ExecConnection) => void;
}

export interface ApiServer {
  readonly port: number;
  readonly execs: ReadonlySet<ExecConnection>;
  readonly watches: RunningWatches;
  /** Nobody listens any more and every connection is cut; processes in pods go on. */
  goAway(): Promise<void>;
  /** On the same port. */
  comeBack(): Promise<void>;
}

export async function startApiServer(settings: ApiServerSettings): Promise<ApiServer> {
  const { identity } = settings;
  const watches: RunningWatches = new Set();
  const rawSockets = new Map<number, Socket>();
  const server = createServer({ key: identity.privateKeyPem, cert: identity.certificatePem });
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    rawSockets.set(port, socket);
    socket.on('close', () => rawSockets.delete(port));
    socket.on('error', () => undefined);
  });
  const execServer = createExecServer({
    protocols: settings.execProtocols,
    onConnection: settings.onExec,
    cutSocket: (socket, how) => cut(rawSockets.get(remotePortOf(socket)), how),
  });
  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    handle(settings, { incoming, response, running: watches }).catch((error: unknown) =>
      sendRefusal(response, error),
    );
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    upgrade(settings, incoming, (target) => execServer.serve({ incoming, socket, head }, target)).catch(
      (error: unknown) => refuseUpgrade(socket, error),
    );
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    execs: execServer.connections,
    watches,
    async goAway() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of rawSockets.values()) socket.destroy();
      await closed;
    },
    comeBack: () => listen(server, port),
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

/** The TLS socket and the one below it share it. */
const remotePortOf = (socket: Duplex): number =>
  'remotePort' in socket && typeof socket.remotePort === 'number' ? socket.remotePort : 0;

function cut(socket: Socket | undefined, how: 'fin' | 'rst'): void {
  if (how === 'rst') socket?.resetAndDestroy();
  else socket?.end(() => socket.destroy());
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly running: RunningWatches;
}

async function handle(settings: ApiServerSettings, exchange: Exchange): Promise<void> {
  const { incoming, response } = exchange;
  authenticate(incoming, settings.tokens);
  const url = new URL(incoming.url ?? '/', 'https://127.0.0.1');
  const known = incoming.method === 'GET' ? discover(url.pathname, settings.kubernetesVersion) : undefined;
  if (known !== undefined) {
    sendJson(response, 200, known);
    return;
  }
  const request = parseResourcePath(incoming.method ?? '', url);
  if (!request) throw noSuchPath();
  settings.beforeRequest(request);
  authorize(settings.denials, request);
  if (request.resource === 'selfsubjectaccessreviews' && request.verb === 'create') {
    sendJson(response, 201, review(settings.denials, await readJsonBody(incoming)));
    return;
  }
  const kind = settings.kinds.find(({ resource }) => resource === request.resource);
  if (!kind || request.group !== '') throw noSuchPath();
  const { store, clock } = settings;
  await serveResource(settings, { store, clock, kind, request }, exchange);
}

async function serveResource(
  settings: ApiServerSettings,
  context: ResourceContext,
  exchange: Exchange,
): Promise<void> {
  const { request, kind } = context;
  const { incoming, response } = exchange;
  checkNamespace(settings.store, request, kind);
  if (request.subresource === 'log') {
    const { container, pod } = containerOf(settings, request);
    servePodLog(container, request.query, { pod, response });
    return;
  }
  if (request.subresource === 'exec') throw withoutWebSocket(settings, request);
  if (request.subresource !== null && request.subresource !== 'status') throw noSuchPath();
  switch (request.verb) {
    case 'watch': {
      serveWatch(settings.store, { request, kind: kind.kind, matches: selectorOf(request) }, exchange);
      return;
    }
    case 'list': {
      const list = listObjects(context) as { readonly items: readonly Pod[] };
      sendJson(
        response,
        200,
        kind.kind === 'Pod' && asksForTable(incoming) ? podTable(list.items, settings.clock()) : list,
      );
      return;
    }
    case 'get': {
      const object = getObject(context);
      sendJson(
        response,
        200,
        kind.kind === 'Pod' && asksForTable(incoming) ? podTable([object as Pod], settings.clock()) : object,
      );
      return;
    }
    case 'create': {
      sendJson(response, 201, createObject(context, await readJsonBody(incoming)));
      return;
    }
    case 'update': {
      sendJson(response, 200, updateObject(context, await readJsonBody(incoming)));
      return;
    }
    case 'patch': {
      const contentType = incoming.headers['content-type'] ?? '';
      sendJson(response, 200, patchObject(context, { contentType, patch: await readJsonBody(incoming) }));
      return;
    }
    case 'delete': {
      sendJson(response, 200, deleteOne(context, (await readJsonBody(incoming)) as DeleteOptions));
      return;
    }
    case 'deletecollection': {
      sendJson(response, 200, deleteMany(context, (await readJsonBody(incoming)) as DeleteOptions));
      return;
    }
  }
}

function checkNamespace(store: Store, { namespace, name, verb }: ApiRequest, kind: ResourceKind): void {
  if (verb !== 'create' || namespace === null) return;
  if (!store.get({ resource: 'namespaces', name: namespace })) throw notFound('namespaces', namespace);
  if (!kind.namespaced) throw forbidden(kind.resource, name ?? '', 'it has no namespace');
}

function deleteOne(context: ResourceContext, options: DeleteOptions): object {
  const grace = context.request.query.get('gracePeriodSeconds');
  const all = { ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }), ...options };
  return context.kind.kind === 'Pod' ? deletePod(context, all) : deleteObject(context, all);
}

function deleteMany(context: ResourceContext, options: DeleteOptions): object {
  const list = listObjects(context) as { readonly items: readonly Pod[] };
  for (const { metadata } of list.items) {
    const request = { ...context.request, name: metadata.name, namespace: metadata.namespace ?? null };
    deleteOne({ ...context, request }, options);
  }
  return list;
}

async function upgrade(
  settings: ApiServerSettings,
  incoming: IncomingMessage,
  serve: (target: { pod: string; container: ContainerRuntime; query: URLSearchParams }) => Promise<void>,
): Promise<void> {
  authenticate(incoming, settings.tokens);
  const request = parseResourcePath('GET', new URL(incoming.url ?? '/', 'https://127.0.0.1'));
  if (request?.subresource !== 'exec') throw noSuchPath();
  if (incoming.headers.upgrade?.toLowerCase() !== 'websocket') throw withoutWebSocket(settings, request);
  settings.beforeRequest(request);
  authorize(settings.denials, request);
  // From 1.35 on an upgrade needs the right to create, too.
  authorize(settings.denials, { ...request, verb: 'create' });
  await serve({ ...containerOf(settings, request), query: request.query });
}

/** kubectl tries SPDY after a refused WebSocket and shows only that answer: it has to name the real reason. */
function withoutWebSocket(settings: ApiServerSettings, request: ApiRequest): ApiRefusal {
  const { container } = containerOf(settings, request);
  return container.running
    ? badRequest('the embedded cluster speaks exec over WebSocket only')
    : containerNotFound(container);
}

/** @throws ApiRefusal 400 or 404 */
function containerOf(
  { store, kubelet }: ApiServerSettings,
  { namespace, name, query }: ApiRequest,
): { pod: string; container: ContainerRuntime } {
  const podName = name ?? '';
  const pod = store.get({
    resource: 'pods',
    name: podName,
    ...(namespace === null ? {} : { namespace }),
  }) as Pod | null;
  if (!pod) throw notFound('pods', podName);
  const names = [...initContainersOf(pod.spec), ...pod.spec.containers].map((container) => container.name);
  const wanted = query.get('container') ?? (names.length === 1 ? names[0] : undefined);
  if (wanted === undefined)
    throw badRequest(
      `a container name must be specified for pod ${podName}, choose one of: [${names.join(' ')}]`,
    );
  if (!names.includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${podName}`);
  const container = kubelet
    .worker(pod.metadata.uid)
    ?.runtime.containers.find(({ spec }) => spec.name === wanted);
  if (!container) throw new ApiRefusal(404, 'NotFound', 'pod does not exist', { isPlainText: true });
  return { pod: podName, container };
}
