// An API server in memory, and each process's way to it: calls that are refused, lost, or answered too late.
import type {
  CallOptions,
  Cluster,
  ClusterEvent,
  ExecOptions,
  ExecResult,
  PodChange,
} from '../../src/cluster/cluster.ts';
import { endable } from '../../src/cluster/kubernetes/watch/follow.ts';
import { buildContainer, helperContainer } from '../../src/layout/container-names.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { claimsInMemory } from '../stage/claims-in-memory.ts';
import { unusedCluster } from '../stage/unused-cluster.ts';
import { type ExecConnection, openExec, runLate } from './model-exec.ts';
import { type ModelPod, newPod } from './model-pod.ts';
import type { SimProcess } from './sim-process.ts';
import { between, happens, pause, type World } from './world.ts';

interface ModelSecret {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  ownerUid?: string;
}

export interface ModelCluster {
  readonly pods: Map<string, ModelPod>;
  readonly secrets: Map<string, ModelSecret>;
  /** Lasting workspaces. */
  readonly claims: ReturnType<typeof claimsInMemory>;
  readonly connections: Set<ExecConnection>;
  readonly connect: (process: SimProcess) => Cluster;
}

/** A whole call, its retries included (src/cluster/kubernetes/limits.ts). */
const callMilliseconds = 30_000;

interface Way {
  readonly world: World;
  readonly process: SimProcess;
}

export function newCluster(worldOf: () => World): ModelCluster {
  const state: Omit<ModelCluster, 'connect'> = {
    pods: new Map(),
    secrets: new Map(),
    claims: claimsInMemory(),
    connections: new Set(),
  };
  return { ...state, connect: (process) => connectTo(state, { world: worldOf(), process }) };
}

function connectTo({ pods, secrets, claims, connections }: Omit<ModelCluster, 'connect'>, way: Way): Cluster {
  const { world } = way;
  const selected = <T extends { readonly labels: Readonly<Record<string, string>> }>(
    all: Iterable<T>,
    selector: string,
  ): T[] => {
    const wanted = selector.split(',').map((text) => text.split('=') as [string, string]);
    return [...all].filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
  };
  const find = (name: string): ModelPod | null => pods.get(name) ?? null;
  return {
    ...unusedCluster,
    namespace: 'ci',
    close: () => undefined,
    serverVersion: (options) => call(way, options, () => ({ major: 1, minor: 36, gitVersion: 'v1.36.3' })),
    createPod: (manifest, options) =>
      call(way, options, () => {
        const { name } = manifest['metadata'] as { readonly name: string };
        if (pods.has(name)) throw new SystemFailure('conflict', { what: `There is a pod ${name}.` });
        const made = newPod(world, manifest, () => {
          pods.delete(name);
          for (const secret of secrets.values())
            if (secret.ownerUid === made.uid) secrets.delete(secret.name);
        });
        refuseSharedWorkspace(world, made, pods.values());
        pods.set(name, made);
        return made.read();
      }),
    getPod: (name, options) => call(way, options, () => find(name)?.read() ?? null),
    listPods: (selector, options) =>
      call(way, options, () => {
        const isBlind = world.mutation === 'cleanup-is-blind';
        return isBlind ? [] : selected(pods.values(), selector).map((pod) => pod.read());
      }),
    deletePod: ({ name, uid }, options) =>
      call(way, options, () => {
        const pod = find(name);
        if (pod?.uid !== uid) return 'not-found';
        pod.delete();
        return 'deleting';
      }),
    createSecret: (manifest, options) =>
      call(way, options, () => {
        const { name, labels } = manifest['metadata'] as ModelSecret;
        if (secrets.has(name)) throw new SystemFailure('conflict', { what: `There is a secret ${name}.` });
        secrets.set(name, { name, uid: `uid-of-${name}`, labels });
        return { name, uid: `uid-of-${name}` };
      }),
    listSecrets: (selector, options) => call(way, options, () => selected(secrets.values(), selector)),
    deleteSecret: ({ name }, options) =>
      call(way, options, () => (secrets.delete(name) ? 'deleting' : 'not-found')),
    adoptSecret: ({ name }, owner, options) =>
      call(way, options, () => {
        const secret = secrets.get(name);
        if (!secret) throw new SystemFailure('cluster-refused', { what: 'There is no such secret.' });
        secret.ownerUid = owner.uid;
      }),
    createClaim: async (manifest, options) => call(way, options, () => claims.createClaim(manifest)),
    listClaims: async (selector, options) => call(way, options, () => claims.listClaims(selector)),
    changeClaim: async (claim, change, options) =>
      call(way, options, () => claims.changeClaim(claim, change)),
    deleteClaim: async (claim, options) => call(way, options, () => claims.deleteClaim(claim)),
    readLog: (_, options) => call(way, options, () => ''),
    watchPod: (name, { signal }) => endable(signal, (over) => watchPod(way, () => find(name), over)),
    watchEvents: ({ name }, { signal }) =>
      endable(signal, (over) => watchStarts(way, () => find(name), over)),
    exec: (options) => exec({ way, find, connections }, options),
  };
}

const claimOf = (pod: ModelPod): string | undefined => {
  const volumes = (pod.read().spec['volumes'] ?? []) as readonly {
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
  return volumes.find(({ persistentVolumeClaim }) => persistentVolumeClaim)?.persistentVolumeClaim?.claimName;
};

/** A real cluster would let the pod wait until the other is gone, and nobody says when that is. */
function refuseSharedWorkspace(world: World, made: ModelPod, pods: Iterable<ModelPod>): void {
  const claim = claimOf(made);
  if (claim === undefined) return;
  world.tell(`${made.name} has the workspace ${claim}`);
  for (const other of pods) {
    const { phase } = other.read().status ?? {};
    const hasEnded = phase === 'Failed' || phase === 'Succeeded';
    if (claimOf(other) === claim && !other.isBeingDeleted() && !hasEnded)
      world.faults.push(`${made.name} gets the workspace that ${other.name} has`);
  }
}

/** One call: there, acted upon, and back. */
function call<T>({ world, process }: Way, { signal }: CallOptions = {}, act: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    const { clock, weather } = world;
    const later = (milliseconds: number, settle: () => void): void =>
      void clock.after(milliseconds, () => process.deliver(settle));
    const way = (): number => between(world, 0, weather.latency);
    clock.after(way(), () => {
      if (clock.now() < weather.apiAwayUntil || happens(world, weather.lostRequest)) {
        later(between(world, 100, callMilliseconds), () => reject(unreachable('no answer')));
      } else if (clock.now() < weather.refusedUntil || happens(world, weather.refusal)) {
        later(between(world, 100, 7000), () => reject(refusal(weather.refusedWith)));
      } else {
        try {
          const answer = act();
          if (happens(world, weather.lostAnswer))
            later(between(world, 100, callMilliseconds), () => reject(unreachable('the answer is lost')));
          else later(way(), () => resolve(answer));
        } catch (error) {
          later(way(), () => reject(error instanceof Error ? error : new Error(String(error))));
        }
      }
    });
  });
}

const unreachable = (why: string): SystemFailure =>
  new SystemFailure(
    'cluster-unreachable',
    { what: `Cannot ask the cluster: ${why}.` },
    { isTransient: true },
  );

function refusal(status: number): SystemFailure {
  if (status === 401) return new SystemFailure('unauthorized', { what: 'HTTP 401' });
  if (status === 403) return new SystemFailure('forbidden', { what: 'HTTP 403' });
  return new SystemFailure(
    'cluster-unreachable',
    { what: `HTTP ${status}` },
    { isTransient: true, retryAfterSeconds: status === 429 ? 1 : 0 },
  );
}

async function* watchPod(
  { world, process }: Way,
  find: () => ModelPod | null,
  signal: AbortSignal,
): AsyncGenerator<PodChange> {
  let last = '';
  while (!signal.aborted) {
    const away = world.weather.apiAwayUntil - world.clock.now();
    if (away > 0) await pauseOrAbort({ world, process }, Math.min(away, 2000), signal);
    const pod = find();
    const version = pod?.read().metadata.resourceVersion ?? 'gone';
    if (away > 0 || version === last) {
      await untilChange({ world, process }, pod, signal);
      continue;
    }
    last = version;
    yield pod ? { kind: 'changed', pod: pod.read() } : { kind: 'gone' };
  }
}

/** Also after a while: a watch that broke begins again. */
function untilChange({ world, process }: Way, pod: ModelPod | null, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      pod?.watchers.delete(wake);
      world.clock.after(between(world, 0, world.weather.latency), () => process.deliver(resolve));
    };
    pod?.watchers.add(wake);
    world.clock.after(between(world, 2000, 20_000), wake);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function pauseOrAbort({ world, process }: Way, milliseconds: number, signal: AbortSignal): Promise<void> {
  return Promise.race([pause(world, process, milliseconds), untilAborted(signal)]);
}

/** A node's reports come before the status shows it, or after, or never. */
async function* watchStarts(
  { world, process }: Way,
  find: () => ModelPod | null,
  signal: AbortSignal,
): AsyncGenerator<ClusterEvent> {
  const isPrompt = happens(world, 0.5);
  while (!signal.aborted && !find()?.container(buildContainer))
    await pauseOrAbort({ world, process }, isPrompt ? between(world, 1, 5) : between(world, 20, 400), signal);
  for (const container of [buildContainer, helperContainer])
    if (!signal.aborted) yield { uid: container, type: 'Normal', reason: 'Started', message: '', container };
  await untilAborted(signal);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

interface ExecWay {
  readonly way: Way;
  readonly find: (name: string) => ModelPod | null;
  readonly connections: Set<ExecConnection>;
}

async function exec({ way, find, connections }: ExecWay, options: ExecOptions): Promise<ExecResult> {
  const { world, process } = way;
  const { weather, clock } = world;
  if (options.signal?.aborted) return { kind: 'lost', message: 'ended before it began' };
  const isBroken = happens(world, weather.lostRequest);
  const milliseconds = isBroken ? between(world, 10, 15_000) : between(world, 1, 30 + weather.latency);
  await (options.signal
    ? pauseOrAbort(way, milliseconds, options.signal)
    : pause(world, process, milliseconds));
  const late = isBroken && happens(world, 0.5) ? find(options.pod) : null;
  if (late) runLate({ world, pod: late, options });
  if (options.signal?.aborted) return { kind: 'lost', message: 'ended by the caller' };
  if (isBroken || clock.now() < weather.apiAwayUntil) return { kind: 'lost', message: 'no connection' };
  if (clock.now() < weather.refusedUntil) return refused(weather.refusedWith);
  if (happens(world, weather.refusal)) return refused(500);
  const pod = find(options.pod);
  if (!pod) return refused(404);
  if (!pod.container(options.container)?.isAlive())
    return refused(500, `container not found ("${options.container}")`);
  return openExec({ world, owner: process, pod, options, connections });
}

const refused = (httpStatus: number, message = 'refused by the model'): ExecResult => ({
  ...{ kind: 'refused', httpStatus, message },
  reason: '',
});
