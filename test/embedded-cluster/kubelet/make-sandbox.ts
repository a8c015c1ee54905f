// The ground that a pod's containers stand on: its sandbox, and its volumes; both tried again until they can be had.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { everyContainerOf } from '../pod/pod.ts';
import { idsPerPod } from '../sandbox/id-ranges.ts';
import { type PodSandbox, StartFailure } from '../sandbox/sandbox.ts';
import { setUpPodNetwork } from './pod-network.ts';
import type { PodContext } from './pod-worker.ts';
import { openReachablePorts } from './reachable-ports.ts';
import { VolumeNotReady } from './volume-files.ts';
import { mountVolume } from './volumes.ts';

/** A real kubelet waits longer, 10 s and more. */
const retryMs = 500;

/** Rejects with AbortError when the pod is ended. */
export async function makeSandbox(context: PodContext): Promise<PodSandbox> {
  const { settings, podIP, runtime, held, signal, report } = context;
  const sandbox = await untilItWorks(context, () => createSandbox(context), {
    isExpected: (error) => error instanceof StartFailure,
    reason: 'FailedCreatePodSandBox',
    words: ({ message }) =>
      `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox "${context.pod.metadata.uid}": failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ${message}`,
  });
  const ports = { namespacePid: sandbox.holderPid, signal };
  const [stop] = await Promise.all([
    openReachablePorts(settings.reachable, ports),
    setUpPodNetwork(podIP, sandbox.holderPid),
  ]);
  held.stops.push(stop);
  runtime.sandboxReady = true;
  runtime.podIP = podIP;
  report();
  return sandbox;
}

async function createSandbox({ settings, pod, directory, held }: PodContext): Promise<PodSandbox> {
  const ownUserNamespace = pod.spec.hostUsers === false && !settings.ignoresHostUsers;
  // The sandbox itself takes the pod's ids; those of containers only are found when the container starts.
  const { runAsUser = 0, runAsGroup = 0, supplementalGroups = [] } = pod.spec.securityContext ?? {};
  if (ownUserNamespace && Math.max(runAsUser, runAsGroup, ...supplementalGroups) >= idsPerPod)
    throw new StartFailure(
      'unable to start container process: error during container init: unable to setup user: setgroups: invalid argument',
    );
  held.sandbox = await settings.sandbox.createPod({
    id: `pod-${pod.metadata.uid}`,
    directory: join(directory, 'sandbox'),
    hostname: pod.spec.hostname ?? pod.metadata.name,
    ownUserNamespace,
  });
  return held.sandbox;
}

/** Those that some container mounts. Rejects with AbortError when the pod is ended. */
export async function mountVolumes(context: PodContext, sandbox: PodSandbox): Promise<void> {
  const { pod, podIP, settings, held } = context;
  const directory = join(context.directory, 'volumes');
  const containers = everyContainerOf(pod.spec);
  const used = new Set(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)));
  for (const volume of (pod.spec.volumes ?? []).filter(({ name }) => used.has(name))) {
    const { store, claimsDirectory } = settings;
    const surroundings = { pod, podIP, store, sandbox, directory, claimsDirectory };
    const mounted = await untilItWorks(context, () => mountVolume(volume, surroundings), {
      isExpected: (error) => error instanceof VolumeNotReady,
      reason: 'FailedMount',
      words: ({ message }) => `MountVolume.SetUp failed for volume "${volume.name}" : ${message}`,
    });
    held.volumes.push(mounted);
  }
}

interface Trouble {
  readonly isExpected: (error: Error) => boolean;
  readonly reason: string;
  readonly words: (error: Error) => string;
}

async function untilItWorks<Result>(
  { settings, pod, signal }: PodContext,
  attempt: () => Promise<Result>,
  { isExpected, reason, words }: Trouble,
): Promise<Result> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Error) || !isExpected(error)) throw error;
      settings.recordEvent(pod, { type: 'Warning', reason, message: words(error) });
      await delay(retryMs, undefined, { signal });
    }
  }
}
