// PATCH and PUT.
import type { KubeObject } from '../store/kube-object.ts';
import { applyPatch } from './patch.ts';
import { asObject, placeOf, type ResourceContext } from './resource-verbs.ts';
import { badRequest, conflict, invalid, notFound } from './status.ts';

export function patchObject(
  context: ResourceContext,
  { contentType, patch }: { readonly contentType: string; readonly patch: unknown },
): KubeObject {
  return change(context, (current) => {
    const next = applyPatch(contentType, current, patch) as KubeObject;
    refuseOtherPatch(context, next.metadata, current);
    return next;
  });
}

export function updateObject(context: ResourceContext, body: unknown): KubeObject {
  const sent = asObject(body) as unknown as KubeObject;
  return change(context, (current) => {
    refuseOtherPut(context, sent.metadata, current);
    return sent;
  });
}

type Said = Partial<KubeObject['metadata']>;

/** A PATCH of another object than the one that its URL names, or of one that has changed since. @throws ApiRefusal 400, 409 or 422 */
function refuseOtherPatch(
  context: ResourceContext,
  { name, uid, resourceVersion }: Said,
  current: KubeObject,
): void {
  const { name: own, uid: ownUid } = current.metadata;
  if (name !== own)
    throw badRequest(`the name of the object (${name ?? ''}) does not match the name on the URL (${own})`);
  refuseChanged(context, resourceVersion, current);
  if (uid !== ownUid)
    throw invalid(current.kind, own, [
      {
        reason: 'FieldValueInvalid',
        field: 'metadata.uid',
        message: `Invalid value: ${JSON.stringify(uid)}: field is immutable`,
      },
    ]);
}

/** Likewise a PUT, whose uid is a precondition. @throws ApiRefusal 409 */
function refuseOtherPut(context: ResourceContext, { uid, resourceVersion }: Said, current: KubeObject): void {
  const { name, uid: own } = current.metadata;
  if (uid && uid !== own)
    throw conflict(
      context.kind.resource,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${own}`,
    );
  refuseChanged(context, resourceVersion, current);
}

function refuseChanged({ kind }: ResourceContext, seen: string | undefined, { metadata }: KubeObject): void {
  if (seen && seen !== metadata.resourceVersion)
    throw conflict(
      kind.resource,
      metadata.name,
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
