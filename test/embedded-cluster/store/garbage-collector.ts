// Objects whose owner is gone go, too.
import type { KubeObject } from './kube-object.ts';
import type { Store } from './store.ts';

const collected = ['secrets', 'configmaps'];

export function startGarbageCollector(store: Store): void {
  store.subscribe(({ type, object }) => {
    if (type !== 'DELETED') return;
    for (const resource of collected) {
      for (const owned of store.list(resource).filter((candidate) => isOwnedBy(candidate, object))) {
        const { namespace, name } = owned.metadata;
        store.remove({ resource, name, ...(namespace === undefined ? {} : { namespace }) });
      }
    }
  });
}

const isOwnedBy = ({ metadata }: KubeObject, owner: KubeObject): boolean =>
  metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
