// A pod from its creation to its end, as an API server shows it.
import type { Manifest, Pod } from '../../src/cluster/cluster.ts';
import { buildContainer, helperContainer } from '../../src/layout/container-names.ts';
import { type ModelContainer, newContainer } from './model-container.ts';
import { between, type World } from './world.ts';

export interface ModelPod {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As it is now. */
  readonly read: () => Pod;
  readonly container: (name: string) => ModelContainer | undefined;
  readonly isGone: () => boolean;
  readonly isBeingDeleted: () => boolean;
  readonly delete: () => void;
  readonly evict: () => void;
  /** Its node does not report any more; whatever runs there runs on for a while. */
  readonly loseNode: () => void;
  /** Process 1 of a container ends. */
  readonly endContainer: (name: string, end: { readonly exitCode: number; readonly reason: string }) => void;
  /** Called at each change. */
  readonly watchers: Set<() => void>;
}

export const isOfJob = ({ labels }: Pick<ModelPod, 'labels'>, id: number): boolean =>
  labels['gitlab-pod-executor/job-id'] === `${id}`;

interface Metadata {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export function newPod(world: World, manifest: Manifest, onGone: () => void): ModelPod {
  const metadata = manifest['metadata'] as Metadata;
  const spec = manifest['spec'] as Pod['spec'];
  const uid = `uid-${world.number()}`;
  const watchers = new Set<() => void>();
  const containers = new Map<string, ModelContainer>();
  const ended = new Map<string, { readonly exitCode: number; readonly reason: string }>();
  let version = 1;
  let reason = '';
  /** By the status, that its containers run. */
  let isSeen = false;
  let isDeleted = false;
  let isGone = false;
  const changed = (): void => {
    version += 1;
    for (const each of [...watchers]) each();
  };
  const onStart = (container: string): void => {
    if (container !== helperContainer || !containers.get(buildContainer)?.hasLiveScript()) return;
    world.faults.push('a helper script begins while a script of the job runs in the build container');
  };
  world.clock.after(between(world, 200, 3000), () => {
    if (isDeleted || reason !== '') return;
    for (const name of [buildContainer, helperContainer])
      containers.set(
        name,
        newContainer(world, name, () => onStart(name)),
      );
    // A kubelet looks once a second.
    world.clock.after(between(world, 0, 900), () => {
      isSeen = true;
      changed();
    });
  });
  const endAll = (): void => {
    for (const container of containers.values()) container.end();
  };
  const self: ModelPod = {
    name: metadata.name,
    uid,
    labels: metadata.labels ?? {},
    watchers,
    isGone: () => isGone,
    isBeingDeleted: () => isDeleted,
    container: (name) => containers.get(name),
    delete: () => {
      if (isDeleted) return;
      isDeleted = true;
      changed();
      world.clock.after(between(world, 50, 1500), () => {
        endAll();
        isGone = true;
        onGone();
        changed();
      });
    },
    evict: () => {
      if (isDeleted || reason !== '') return;
      endAll();
      for (const name of containers.keys()) ended.set(name, { exitCode: 137, reason: 'Error' });
      changed();
      world.clock.after(between(world, 1, 900), () => {
        reason = 'Evicted';
        changed();
      });
    },
    loseNode: () => {
      if (isDeleted || reason !== '') return;
      reason = 'NodeLost';
      endAll();
      changed();
    },
    endContainer: (name, end) => {
      const container = containers.get(name);
      if (!container?.isAlive()) return;
      container.end();
      // A kubelet looks once a second.
      world.clock.after(between(world, 20, 1100), () => {
        ended.set(name, end);
        changed();
      });
    },
    read: () => ({
      metadata: {
        ...metadata,
        uid,
        resourceVersion: `${version}`,
        ...(isDeleted && { deletionTimestamp: '2026-11-21T00:00:00Z' }),
      },
      spec: { ...spec, nodeName: 'node-7' },
      status: {
        phase: containers.size === 0 ? 'Pending' : reason === 'Evicted' ? 'Failed' : 'Running',
        ...(reason !== '' && { reason, message: 'The node was low on resource: memory.' }),
        containerStatuses: [...containers.keys()].map((name) => {
          const end = ended.get(name);
          if (end) return { name, ready: false, state: { terminated: end } };
          return { name, ready: isSeen, state: isSeen ? { running: {} } : { waiting: {} } };
        }),
      },
    }),
  };
  return self;
}
