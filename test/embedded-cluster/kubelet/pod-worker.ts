// One pod on the node, from its creation until nothing of it is left.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from '../pod/pod.ts';
import type { PodSandbox } from '../sandbox/sandbox.ts';
import { kubeTime } from '../store/kube-object.ts';
import type { KubeletSettings } from './kubelet.ts';
import { createPodRuntime, type PodRuntime } from './pod-state.ts';
import { podStatus } from './pod-status.ts';
import { runPod } from './run-pod.ts';
import { stopContainers } from './stop-containers.ts';
import { type MountedVolume, unmountVolume } from './volumes.ts';

export interface PodWorker {
  readonly pod: Pod;
  readonly runtime: PodRuntime;
  /** TERM, and KILL after the grace; then the object goes. Called again it can only shorten the grace. */
  terminate(graceSeconds: number): void;
  /** The pod as a whole is over, and its object stays: deadline, eviction. */
  fail(verdict: NonNullable<PodRuntime['verdict']>): Promise<void>;
  /** Writes what changed into the object's status. */
  report(): void;
  /** Nothing of it is left on the host. */
  readonly over: Promise<void>;
}

/** What the steps of a pod's life share. */
export interface PodContext {
  readonly settings: KubeletSettings;
  /** As it is now; as it was at last, once it is gone. */
  readonly pod: Pod;
  readonly podIP: string;
  readonly runtime: PodRuntime;
  readonly directory: string;
  readonly report: () => void;
  readonly fail: PodWorker['fail'];
  /** Aborted when the pod is to end. */
  readonly signal: AbortSignal;
  /** What has to be given back in the end. */
  readonly held: {
    sandbox: PodSandbox | null;
    volumes: MountedVolume[];
    /** Functions that stop something. */
    stops: (() => void)[];
  };
}

export function createPodWorker(
  settings: KubeletSettings,
  { pod: created, podIP }: { readonly pod: Pod; readonly podIP: string },
): PodWorker {
  const { name, namespace = '', uid } = created.metadata;
  const place = { resource: 'pods', namespace, name };
  const isOurs = (): boolean => settings.store.get(place)?.metadata.uid === uid;
  const current = (): Pod => (isOurs() ? (settings.store.get(place) as Pod) : created);
  const runtime = createPodRuntime(created.spec, settings.clock);
  const ending = new AbortController();
  const deletion = Promise.withResolvers<undefined>();
  let killAt = Number.POSITIVE_INFINITY;
  let ended: Promise<void> | null = null;

  const report = (): void => {
    if (!isOurs()) return;
    settings.store.update(place, (object) => ({
      ...object,
      status: podStatus(object as Pod, runtime, kubeTime(settings.clock())),
    }));
  };
  const end = (graceSeconds: number): Promise<void> => {
    killAt = Math.min(killAt, Date.now() + graceSeconds * 1000);
    ending.abort();
    ended ??= giveBack(context, () => killAt, life);
    return ended;
  };
  const fail: PodWorker['fail'] = (verdict) => {
    runtime.verdict = verdict;
    report();
    return end(created.spec.terminationGracePeriodSeconds ?? 0);
  };
  const context: PodContext = {
    settings,
    get pod() {
      return current();
    },
    podIP,
    runtime,
    directory: join(settings.podsDirectory, uid),
    report,
    fail,
    signal: ending.signal,
    held: { sandbox: null, volumes: [], stops: [] },
  };
  mkdirSync(context.directory, { recursive: true });
  const life = runPod(context).catch((error: unknown) => {
    if (!ending.signal.aborted) confess(context, error);
  });

  async function leave(): Promise<void> {
    await deletion.promise;
    rmSync(context.directory, { recursive: true, force: true });
    if (isOurs()) settings.store.remove(place);
  }

  return {
    get pod() {
      return current();
    },
    runtime,
    report,
    fail,
    terminate(graceSeconds) {
      // A node that is lost does not hear of it; only a forced delete takes the object away.
      if (runtime.verdict?.phase === 'Unknown' && graceSeconds > 0) return;
      void end(graceSeconds).then(() => deletion.resolve(undefined));
    },
    over: leave(),
  };
}

/** A fault of this double: it must not look like anything that a cluster does. */
function confess({ settings, pod, fail }: PodContext, error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`embedded cluster: pod ${pod.metadata.name}: ${message}\n`);
  settings.recordEvent(pod, { type: 'Warning', reason: 'EmbeddedClusterFault', message });
  void fail({ phase: 'Failed', reason: 'EmbeddedClusterFault', message });
}

/** Ends the containers, waits for what is just being made, and gives back all that the pod holds on the host but its files. */
async function giveBack(context: PodContext, killAt: () => number, life: Promise<void>): Promise<void> {
  const { held, runtime, report } = context;
  await stopContainers(context, killAt);
  await life;
  for (const stop of held.stops) stop();
  await held.sandbox?.remove();
  runtime.sandboxReady = false;
  for (const volume of held.volumes) await unmountVolume(volume);
  report();
}
