// Which container a request for exec or log means.
import type { IncomingMessage } from 'node:http';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { ContainerRuntime } from '../kubelet/pod-state.ts';
import { everyContainerOf, type Pod } from '../pod/pod.ts';
import type { Store } from '../store/store.ts';
import { authorize, type Denial } from './access-review.ts';
import { authenticate } from './authenticate.ts';
import { type ApiRequest, parseResourcePath } from './request.ts';
import { containerNotFound } from './serve-exec.ts';
import { ApiRefusal, badRequest, noSuchPath, notFound } from './status.ts';

export interface TargetSettings {
  readonly store: Store;
  readonly kubelet: Kubelet;
  readonly tokens: ReadonlySet<string>;
  readonly denials: readonly Denial[];
  /** Asked before each request to a resource; throws what the client is to get. */
  readonly beforeRequest: (request: ApiRequest) => void;
}

export interface ContainerTarget {
  readonly pod: string;
  readonly container: ContainerRuntime;
}

const nodeUnreachable =
  'Internal error occurred: error dialing backend: dial tcp 10.244.0.1:10250: connect: no route to host';

/** For an upgrade. @throws ApiRefusal */
export function findExecTarget(
  settings: TargetSettings,
  incoming: IncomingMessage,
): ContainerTarget & { readonly query: URLSearchParams } {
  authenticate(incoming, settings.tokens);
  const request = parseResourcePath('GET', new URL(incoming.url ?? '/', 'https://127.0.0.1'));
  if (request?.subresource !== 'exec') throw noSuchPath();
  settings.beforeRequest(request);
  authorize(settings.denials, request);
  // From 1.35 on an upgrade needs the right to create, too.
  authorize(settings.denials, { ...request, verb: 'create' });
  if (incoming.headers.upgrade?.toLowerCase() !== 'websocket') throw withoutWebSocket(settings, request);
  return { ...findContainer(settings, request), query: request.query };
}

/** kubectl tries SPDY after a refused WebSocket and shows only that answer: it has to name the real reason. */
export function withoutWebSocket(settings: TargetSettings, request: ApiRequest): ApiRefusal {
  const { container } = findContainer(settings, request);
  return container.running
    ? badRequest('the embedded cluster speaks exec over WebSocket only')
    : containerNotFound(container);
}

/** @throws ApiRefusal 400 or 404 */
export function findContainer(
  { store, kubelet }: Pick<TargetSettings, 'store' | 'kubelet'>,
  { namespace, name, query }: ApiRequest,
): ContainerTarget {
  const podName = name ?? '';
  const place = { resource: 'pods', name: podName, ...(namespace === null ? {} : { namespace }) };
  const pod = store.get(place) as Pod | null;
  if (!pod) throw notFound('pods', podName);
  const names = everyContainerOf(pod.spec).map((container) => container.name);
  const wanted = query.get('container') ?? (names.length === 1 ? names[0] : undefined);
  if (wanted === undefined)
    throw badRequest(
      `a container name must be specified for pod ${podName}, choose one of: [${names.join(' ')}]`,
    );
  if (!names.includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${podName}`);
  if (pod.status.phase === 'Unknown') throw new ApiRefusal(500, 'InternalError', nodeUnreachable);
  const worker = kubelet.worker(pod.metadata.uid);
  const container = worker?.runtime.containers.find(({ spec }) => spec.name === wanted);
  if (!container) throw new ApiRefusal(404, 'NotFound', 'pod does not exist', { isPlainText: true });
  return { pod: podName, container };
}
