// What etcd is to a real cluster: objects by resource, namespace and name, one version counter, a short memory of changes.
import { randomUUID } from 'node:crypto';
import { type KubeObject, kubeTime, type ObjectMeta } from './kube-object.ts';

export interface Place {
  /** Plural, as in the URL: pods, secrets … */
  readonly resource: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: string;
  readonly object: KubeObject;
  /** What it was before; a watch with a selector needs it. */
  readonly previous: KubeObject | null;
  readonly version: number;
}

/** A watch that starts further back gets 410, as from a real server after compaction. */
const rememberedChanges = 4000;

/** Not 1: clients must treat it as opaque, and a version that looks like a counter from 1 tempts them. */
const firstVersion = 1000;

export type Store = ReturnType<typeof createStore>;

/** An object without the fields that the store fills in. */
export type NewObject = Omit<KubeObject, 'metadata'> & {
  readonly metadata: Partial<ObjectMeta> & { readonly name: string };
};

export function createStore(clock: () => Date) {
  const objects = new Map<string, KubeObject>();
  const listeners = new Set<(change: Change) => void>();
  let remembered: Change[] = [];
  const undelivered: Change[] = [];
  let delivering = false;
  let version = firstVersion;
  let oldestKnown = firstVersion;

  function record(
    type: Change['type'],
    resource: string,
    object: KubeObject,
    previous: KubeObject | null,
  ): void {
    const change = { type, resource, object, previous, version };
    remembered.push(change);
    while (remembered.length > rememberedChanges) oldestKnown = remembered.shift()?.version ?? oldestKnown;
    undelivered.push(change);
    deliver();
  }

  /** A listener may change the store at once: everybody hears of that after what it was an answer to. */
  function deliver(): void {
    if (delivering) return;
    delivering = true;
    for (let change = undelivered.shift(); change; change = undelivered.shift()) {
      for (const listener of [...listeners]) listener(change);
    }
    delivering = false;
  }

  function create(place: Place, object: NewObject): KubeObject | 'exists' {
    const key = keyOf(place);
    if (objects.has(key)) return 'exists';
    version += 1;
    const created: KubeObject = {
      ...(object as KubeObject),
      metadata: {
        ...object.metadata,
        ...(place.namespace === undefined ? {} : { namespace: place.namespace }),
        uid: randomUUID(),
        resourceVersion: String(version),
        creationTimestamp: kubeTime(clock()),
      },
    };
    objects.set(key, created);
    record('ADDED', place.resource, created, null);
    return created;
  }

  /** null: there is no such object. An update that changes nothing makes no event. */
  function update(place: Place, change: (current: KubeObject) => KubeObject): KubeObject | null {
    const key = keyOf(place);
    const current = objects.get(key);
    if (!current) return null;
    const changed = change(current);
    if (JSON.stringify(changed) === JSON.stringify(current)) return current;
    version += 1;
    const next = { ...changed, metadata: { ...changed.metadata, resourceVersion: String(version) } };
    objects.set(key, next);
    record('MODIFIED', place.resource, next, current);
    return next;
  }

  function remove(place: Place): KubeObject | null {
    const key = keyOf(place);
    const current = objects.get(key);
    if (!current) return null;
    objects.delete(key);
    version += 1;
    const last = { ...current, metadata: { ...current.metadata, resourceVersion: String(version) } };
    record('DELETED', place.resource, last, current);
    return last;
  }

  return {
    create,
    update,
    remove,
    get: (place: Place): KubeObject | null => objects.get(keyOf(place)) ?? null,
    list: (resource: string, namespace?: string): KubeObject[] =>
      [...objects.entries()]
        .filter(([key]) =>
          key.startsWith(namespace === undefined ? `${resource}/` : `${resource}/${namespace}/`),
        )
        .map(([, object]) => object),
    version: (): string => String(version),
    /** 'expired': the version is older than what is remembered. */
    changesSince(since: number): readonly Change[] | 'expired' {
      if (since < oldestKnown) return 'expired';
      return remembered.filter((change) => change.version > since);
    },
    /** Forgets all changes so far: a watch from an older version gets 410. */
    forget(): void {
      remembered = [];
      oldestKnown = version;
    },
    subscribe(listener: (change: Change) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const keyOf = ({ resource, namespace, name }: Place): string => `${resource}/${namespace ?? ''}/${name}`;
