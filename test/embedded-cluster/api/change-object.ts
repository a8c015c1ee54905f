// PATCH and PUT.
import type { KubeObject } from '../store/kube-object.ts';
import { applyPatch } from './patch.ts';
import { asObject, placeOf, type ResourceContext } from './resource-verbs.ts';
import { conflict, notFound } from './status.ts';

export function patchObject(
  context: ResourceContext,
  { contentType, patch }: { readonly contentType: string; readonly patch: unknown },
): KubeObject {
  return change(context, (current) => {
    const next = applyPatch(contentType, current, patch) as KubeObject;
    refuseOther(context, next.metadata, current);
    return next;
  });
}

export function updateObject(context: ResourceContext, body: unknown): KubeObject {
  const sent = asObject(body) as unknown as KubeObject;
  return change(context, (current) => {
    refuseOther(context, sent.metadata, current);
    return sent;
  });
}

/** What a client says of the object that it means. @throws ApiRefusal 409 when it is another one, or has changed since */
function refuseOther(
  { kind }: ResourceContext,
  { uid, resourceVersion }: Partial<KubeObject['metadata']>,
  current: KubeObject,
): void {
  const { name, uid: own, resourceVersion: version } = current.metadata;
  if (uid && uid !== own)
    throw conflict(
      kind.resource,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${own}`,
    );
  if (resourceVersion && resourceVersion !== version)
    throw conflict(
      kind.resource,
      name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
}

function change(
  { store, kind, request }: ResourceContext,
  how: (current: KubeObject) => KubeObject,
): KubeObject {
  const changed = store.update(placeOf(request), (current) => {
    const next = keepIdentity(how(current), current);
    // Only the status subresource changes status, and nothing else.
    const [from, to] = request.subresource === 'status' ? [current, next] : [next, current];
    return 'status' in current ? { ...from, status: to['status'] } : next;
  });
  if (!changed) throw notFound(kind.resource, request.name ?? '');
  return changed;
}

/** The fields that a PATCH or PUT cannot change. */
function keepIdentity(changed: KubeObject, current: KubeObject): KubeObject {
  const { name, namespace, uid, creationTimestamp, resourceVersion } = current.metadata;
  return {
    ...changed,
    metadata: {
      ...changed.metadata,
      name,
      uid,
      creationTimestamp,
      resourceVersion,
      ...(namespace === undefined ? {} : { namespace }),
    },
  };
}
