// Watches pods and keeps one worker for each: the scheduler and the kubelet of the only node.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageStore } from '../image/image-store.ts';
import type { Pod } from '../pod/pod.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Store } from '../store/store.ts';
import type { RecordEvent } from './event-recorder.ts';
import type { PodFaults } from './pod-faults.ts';
import { createPodWorker, type PodWorker } from './pod-worker.ts';
import type { Reachable } from './reachable-ports.ts';

export interface KubeletSettings {
  readonly store: Store;
  readonly images: ImageStore;
  /** Full names of what the node has pulled already. */
  readonly presentImages: Set<string>;
  readonly sandbox: Sandbox;
  readonly recordEvent: RecordEvent;
  readonly clock: () => Date;
  readonly node: string;
  /** Every pod gets a directory in it. */
  readonly podsDirectory: string;
  /** Every PersistentVolumeClaim that a pod used has a directory in it. */
  readonly claimsDirectory: string;
  readonly reachable: readonly Reachable[];
  readonly faults: PodFaults;
  /** hostUsers is false, and the pod gets the node's ids all the same. */
  readonly ignoresHostUsers: boolean;
  readonly pullBackOffMs: number;
  /** null: the node has no seccomp file. */
  readonly seccompDirectory: string | null;
}

export interface Kubelet {
  worker(podUid: string): PodWorker | null;
  workers(): readonly PodWorker[];
  /** Ends every pod at once and waits until nothing of them is left. */
  stop(): Promise<void>;
}

export function startKubelet(settings: KubeletSettings): Kubelet {
  const workers = new Map<string, PodWorker>();
  const { store } = settings;
  // Addresses only have to differ.
  let pods = 0;

  const unsubscribe = store.subscribe(({ type, resource, object }) => {
    if (resource === 'persistentvolumeclaims' && type === 'DELETED')
      rmSync(join(settings.claimsDirectory, object.metadata.uid), { recursive: true, force: true });
    if (resource !== 'pods') return;
    const pod = object as Pod;
    const { uid } = pod.metadata;
    if (type === 'ADDED') {
      pods += 1;
      const podIP = `10.244.${Math.floor(pods / 250) % 250}.${(pods % 250) + 2}`;
      const worker = createPodWorker(settings, { pod, podIP });
      workers.set(uid, worker);
      void worker.over.then(() => workers.delete(uid));
    } else if (type === 'DELETED') {
      workers.get(uid)?.terminate(0);
    } else if (pod.metadata.deletionTimestamp !== undefined) {
      workers.get(uid)?.terminate(pod.metadata.deletionGracePeriodSeconds ?? 0);
    }
  });

  return {
    worker: (uid) => workers.get(uid) ?? null,
    workers: () => [...workers.values()],
    async stop() {
      unsubscribe();
      const all = [...workers.values()];
      for (const worker of all) worker.terminate(0);
      await Promise.all(all.map(({ over }) => over));
    },
  };
}
