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
  readonly sandbox: () => PodSandbox | null;
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
  { pod, podIP }: { readonly pod: Pod; readonly podIP: string },
): PodWorker {
  const { name, namespace = '', uid } = pod.metadata;
  const place = { resource: 'pods', namespace, name };
  const isOurs = (): boolean => settings.store.get(place)?.metadata.uid === uid;
  const current = (): Pod => (isOurs() ? (settings.store.get(place) as Pod) : pod);
  const runtime = createPodRuntime(pod.spec, settings.clock);
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
    ended ??= giveBack(context, () => killAt);
    return ended;
  };
  const fail: PodWorker['fail'] = (verdict) => {
    runtime.verdict = verdict;
    report();
    return end(pod.spec.terminationGracePeriodSeconds ?? 0);
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

  /** A fault of this double: it must not look like anything that a cluster does. */
  function confess(error: unknown): Promise<void> {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`embedded cluster: pod ${name}: ${message}\n`);
    settings.recordEvent(pod, { type: 'Warning', reason: 'EmbeddedClusterFault', message });
    return fail({ phase: 'Failed', reason: 'EmbeddedClusterFault', message });
  }

  async function live(): Promise<void> {
    mkdirSync(context.directory, { recursive: true });
    const life = runPod(context).catch((error: unknown) =>
      ending.signal.aborted ? undefined : confess(error),
    );
    await deletion.promise;
    await life;
    await end(0);
    rmSync(context.directory, { recursive: true, force: true });
    if (isOurs()) settings.store.remove(place);
  }

  return {
    get pod() {
      return current();
    },
    runtime,
    sandbox: () => context.held.sandbox,
    report,
    fail,
    terminate(graceSeconds) {
      // A node that is lost does not hear of it; only a forced delete takes the object away.
      if (runtime.verdict?.phase === 'Unknown' && graceSeconds > 0) return;
      void end(graceSeconds).then(() => deletion.resolve(undefined));
    },
    over: live(),
  };
}

/** Ends the containers, then everything that the pod held on the host but its files. */
async function giveBack(context: PodContext, killAt: () => number): Promise<void> {
  const { held, runtime, report } = context;
  await stopContainers(context, killAt);
  for (const stop of held.stops) stop();
  await held.sandbox?.remove();
  held.sandbox = null;
  runtime.sandboxReady = false;
  for (const volume of held.volumes.splice(0)) await unmountVolume(volume);
  report();
}
