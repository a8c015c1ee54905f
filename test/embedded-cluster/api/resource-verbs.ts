// create, get, list, update, patch, delete and deletecollection, the same for every kind but for deletion of pods.
import { randomBytes, randomUUID } from 'node:crypto';
import { type KubeObject, kubeTime } from '../store/kube-object.ts';
import { parseFieldSelector, parseLabelSelector, type Selector } from '../store/selector.ts';
import type { NewObject, Place, Store } from '../store/store.ts';
import type { ApiRequest } from './request.ts';
import type { ResourceKind } from './resource-kinds.ts';
import { alreadyExists, badRequest, conflict, invalid, notFound, successStatus } from './status.ts';

export interface ResourceContext {
  readonly store: Store;
  readonly kind: ResourceKind;
  readonly request: ApiRequest;
  readonly clock: () => Date;
}

/** Five random characters, as the API server appends them to a generateName. */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;

export function createObject({ store, kind, request, clock }: ResourceContext, body: unknown): KubeObject {
  const sent = asObject(body);
  const { kind: sentKind = kind.kind, apiVersion = 'v1' } = sent as { kind?: string; apiVersion?: string };
  if (sentKind !== kind.kind) {
    throw badRequest(
      `${sentKind} in version "${apiVersion}" cannot be handled as a ${kind.kind}: converting (v1.${sentKind}) to (core.${kind.kind}): unknown conversion`,
    );
  }
  const metadata = asObject(sent['metadata'] ?? {});
  if (typeof metadata['namespace'] === 'string' && metadata['namespace'] !== request.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const name = nameOf(metadata, kind);
  const admitted = kind.admit({
    apiVersion: 'v1',
    kind: kind.kind,
    ...sent,
    metadata: { ...metadata, name },
  });
  const place = { ...placeOf(request), name };
  if (store.get(place)) throw alreadyExists(kind.resource, name);
  if (request.query.get('dryRun') === 'All') return pretend(admitted as unknown as NewObject, request, clock);
  const created = store.create(place, admitted as unknown as NewObject);
  if (created === 'exists') throw alreadyExists(kind.resource, name);
  return created;
}

function nameOf(metadata: Record<string, unknown>, kind: ResourceKind): string {
  const { name, generateName } = metadata;
  if (typeof name === 'string' && name !== '') return name;
  if (typeof generateName !== 'string' || generateName === '') {
    const cause = {
      reason: 'FieldValueRequired',
      message: 'Required value: name or generateName is required',
      field: 'metadata.name',
    };
    throw invalid(kind.kind, '', [cause]);
  }
  const suffix = [...randomBytes(suffixLength)].map((byte) => suffixAlphabet[byte % suffixAlphabet.length]);
  return `${generateName}${suffix.join('')}`;
}

function pretend(object: NewObject, { namespace }: ApiRequest, clock: () => Date): KubeObject {
  const metadata = {
    ...object.metadata,
    ...(namespace === null ? {} : { namespace }),
    uid: randomUUID(),
    creationTimestamp: kubeTime(clock()),
  };
  return { ...(object as KubeObject), metadata: metadata as KubeObject['metadata'] };
}

export function getObject({ store, kind, request }: ResourceContext): KubeObject {
  const object = store.get(placeOf(request));
  if (!object) throw notFound(kind.resource, request.name ?? '');
  return object;
}

export function listObjects({ store, kind, request }: ResourceContext): object {
  const items = store.list(kind.resource, request.namespace ?? undefined).filter(selectorOf(request));
  return {
    kind: `${kind.kind}List`,
    apiVersion: 'v1',
    metadata: { resourceVersion: store.version() },
    items,
  };
}

/** @throws ApiRefusal 400 */
export function selectorOf({ query, name }: ApiRequest): Selector {
  try {
    const byLabel = parseLabelSelector(query.get('labelSelector') ?? '');
    const byField = parseFieldSelector(query.get('fieldSelector') ?? '');
    return (object) => byLabel(object) && byField(object) && (name === null || object.metadata.name === name);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | null;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** @throws ApiRefusal 409 when the object is another one than the caller thinks */
export function checkPreconditions(
  kind: ResourceKind,
  { metadata }: KubeObject,
  { preconditions = {} }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions;
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw conflict(
      kind.kind,
      metadata.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  if (uid !== undefined && uid !== metadata.uid)
    throw conflict(
      kind.kind,
      metadata.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
}

export function deleteObject(context: ResourceContext, options: DeleteOptions): object {
  const object = getObject(context);
  checkPreconditions(context.kind, object, options);
  context.store.remove(placeOf(context.request));
  return successStatus({ name: object.metadata.name, kind: context.kind.resource, uid: object.metadata.uid });
}

export const placeOf = ({ resource, namespace, name }: ApiRequest): Place => ({
  resource,
  ...(namespace === null ? {} : { namespace }),
  name: name ?? '',
});

export function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('the object provided is unrecognized: it is no JSON object');
  return value as Record<string, unknown>;
}
