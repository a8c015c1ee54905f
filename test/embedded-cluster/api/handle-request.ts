// From a request to its answer: who asks, what for, may he, and the handler of that verb.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pod } from '../pod/pod.ts';
import type { Store } from '../store/store.ts';
import { authorize, review } from './access-review.ts';
import { sendJson } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { patchObject, updateObject } from './change-object.ts';
import { deletePod } from './delete-pod.ts';
import { discover } from './discovery.ts';
import { findContainer, type TargetSettings, withoutWebSocket } from './exec-target.ts';
import { servePodLog } from './pod-log.ts';
import { type ApiRequest, parseResourcePath, readJsonBody } from './request.ts';
import type { ResourceKind } from './resource-kinds.ts';
import {
  createObject,
  type DeleteOptions,
  deleteObject,
  getObject,
  listObjects,
  type ResourceContext,
  selectorOf,
} from './resource-verbs.ts';
import { noSuchPath, notFound } from './status.ts';
import { asTable } from './table.ts';
import { type RunningWatches, serveWatch } from './watch.ts';

export interface HandlerSettings extends TargetSettings {
  readonly kinds: readonly ResourceKind[];
  readonly clock: () => Date;
  readonly kubernetesVersion: string;
}

export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly running: RunningWatches;
}

/** @throws ApiRefusal */
export async function handleRequest(settings: HandlerSettings, exchange: Exchange): Promise<void> {
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
  settings: HandlerSettings,
  context: ResourceContext,
  exchange: Exchange,
): Promise<void> {
  const { request, kind } = context;
  const { incoming, response } = exchange;
  switch (request.subresource) {
    case 'log':
      serveLog(settings, request, response);
      return;
    case 'exec':
      throw withoutWebSocket(settings, request);
    case 'status':
    case null:
      break;
    default:
      throw noSuchPath();
  }
  if (request.verb === 'watch') {
    serveWatch(
      settings.store,
      {
        request,
        kind: kind.kind,
        matches: selectorOf(request),
        show: asTable(incoming, kind, settings.clock()),
      },
      exchange,
    );
    return;
  }
  const body = ['get', 'list'].includes(request.verb) ? undefined : await readJsonBody(incoming);
  const result = answerOf(context, body, incoming.headers['content-type'] ?? '');
  const show = body === undefined ? asTable(incoming, kind, settings.clock()) : null;
  sendJson(response, request.verb === 'create' ? 201 : 200, show ? show(result) : result);
}

function answerOf(context: ResourceContext, body: unknown, contentType: string): object {
  switch (context.request.verb) {
    case 'get':
      return getObject(context);
    case 'list':
      return listObjects(context);
    case 'create':
      requireNamespace(context.store, context.request);
      return createObject(context, body);
    case 'update':
      return updateObject(context, body);
    case 'patch':
      return patchObject(context, { contentType, patch: body });
    case 'delete':
      return deleteOne(context, body as DeleteOptions);
    case 'deletecollection':
      return deleteMany(context, body as DeleteOptions);
    case 'watch':
      throw noSuchPath();
  }
}

function serveLog(settings: HandlerSettings, request: ApiRequest, response: ServerResponse): void {
  const { container, pod } = findContainer(settings, request);
  servePodLog(container, request.query, { pod, response });
}

function requireNamespace(store: Store, { namespace }: ApiRequest): void {
  if (namespace !== null && !store.get({ resource: 'namespaces', name: namespace }))
    throw notFound('namespaces', namespace);
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
