// PersistentVolumeClaims without a kubelet: what the scheduler says of them, and what the API server takes.
import { describe, expect, it } from 'vitest';
import { patchObject } from './api/change-object.ts';
import { plainKinds } from './api/resource-kinds.ts';
import { deleteObject } from './api/resource-verbs.ts';
import { bindClaims, unboundClaim } from './kubelet/claims.ts';
import type { Pod } from './pod/pod.ts';
import { createStore } from './store/store.ts';

const resource = 'persistentvolumeclaims';

function world(spec: object = { accessModes: ['ReadWriteOncePod'] }) {
  const store = createStore(() => new Date(0));
  store.create({ resource, namespace: 'ci', name: 'w' }, { metadata: { name: 'w' }, spec });
  const pod = (name: string, nodeName?: string, phase = 'Pending'): Pod => {
    const volumes = [{ name: 'workspace', persistentVolumeClaim: { claimName: 'w' } }];
    const made = { metadata: { name }, spec: { volumes, nodeName }, status: { phase } };
    return store.create({ resource: 'pods', namespace: 'ci', name }, made) as Pod;
  };
  const claim = () => store.get({ resource, namespace: 'ci', name: 'w' });
  return { store, pod, claim };
}

describe('claims', () => {
  it('a claim is bound when the first pod comes', () => {
    const { store, pod, claim } = world();
    const first = pod('first');
    expect(unboundClaim(first, store)).toBeNull();
    bindClaims(first, store);
    expect(claim()).toMatchObject({
      status: { phase: 'Bound' },
      spec: { volumeName: expect.stringMatching(/^pvc-/) as string },
    });
  });

  it('one pod at a time has a claim, until it has ended', () => {
    const { store, pod } = world();
    pod('first', 'node', 'Running');
    expect(unboundClaim(pod('second'), store)).toContain('ReadWriteOncePod access mode');
    const ended = world();
    ended.pod('first', 'node', 'Failed');
    expect(unboundClaim(ended.pod('second'), ended.store)).toBeNull();
  });

  it('a pod waits for a claim that is not there, or of a class that nobody provides', () => {
    const { store, pod } = world({ storageClassName: 'fast' });
    expect(unboundClaim(pod('first'), store)).toContain('unbound immediate PersistentVolumeClaims');
    store.remove({ resource, namespace: 'ci', name: 'w' });
    expect(unboundClaim(pod('second'), store)).toContain('persistentvolumeclaim "w" not found');
  });

  it('a claim is changed and deleted only as it was read', () => {
    const { store, claim } = world();
    const kind = plainKinds.find((each) => each.resource === resource);
    const request = { resource, namespace: 'ci', name: 'w', subresource: null, query: new URLSearchParams() };
    const context = { store, kind, request, clock: () => new Date(0) } as never;
    const contentType = 'application/merge-patch+json';
    const change = (metadata: object) => patchObject(context, { contentType, patch: { metadata } });
    const { uid, resourceVersion } = claim()?.metadata ?? {};
    change({ uid, resourceVersion, labels: { held: 'by-me' } });
    expect(() => change({ resourceVersion, labels: { held: 'by-another' } })).toThrow('has been modified');
    expect(() => change({ uid: 'another', labels: { held: 'by-another' } })).toThrow('metadata.uid');
    expect(() =>
      deleteObject(context, { preconditions: { resourceVersion: resourceVersion ?? '' } }),
    ).toThrow('ResourceVersion in the precondition');
    expect(claim()?.metadata.labels).toEqual({ held: 'by-me' });
  });
});
