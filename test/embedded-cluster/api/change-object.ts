// PATCH and PUT.
import type { KubeObject } from '../store/kube-object.ts';
import { applyPatch } from './patch.ts';
import { asObject, placeOf, type ResourceContext } from './resource-verbs.ts';
import { conflict, notFound } from './status.ts';

export function patchObject(
  context: ResourceContext,
  { contentType, patch }: { readonly contentType: string; readonly patch: unknown },
): KubeObject {
  return change(context, (current) => applyPatch(contentType, current, patch) as KubeObject);
}

export function updateObject(context: ResourceContext, body: unknown): KubeObject {
  const sent = asObject(body) as unknown as KubeObject;
  return change(context, (current) => {
    const { resourceVersion } = sent.metadata;
    if (resourceVersion && resourceVersion !== current.metadata.resourceVersion)
      throw conflict(
        context.kind.resource,
        current.metadata.name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    return sent;
  });
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
