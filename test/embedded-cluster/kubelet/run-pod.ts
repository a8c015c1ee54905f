// The story of a pod on its node: a node is found, the sandbox made, volumes mounted, init containers run one after the other,
// then the containers.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { everyContainerOf } from '../pod/pod.ts';
import { StartFailure } from '../sandbox/sandbox.ts';
import { kubeTime } from '../store/kube-object.ts';
import { terminatedOf } from './pod-state.ts';
import type { PodContext } from './pod-worker.ts';
import { openReachablePorts } from './reachable-ports.ts';
import { runContainer } from './run-container.ts';
import { mountVolume, VolumeNotReady } from './volumes.ts';
import { watchVolumes } from './watch-volumes.ts';

/** How often a pod that cannot go on looks whether it can now; a real kubelet takes 10 s and more. */
const retryMs = 500;
/** Ids of a pod's user namespace. */
const idsPerPod = 65_536;

/** Settles when no container runs any more and none will; rejects with AbortError when the pod is ended. */
export async function runPod(context: PodContext): Promise<void> {
  const { runtime, settings, report } = context;
  await schedule(context);
  runtime.startTime = kubeTime(settings.clock());
  report();
  watchDeadline(context);
  await createSandbox(context);
  await mountVolumes(context);
  report();
  for (const container of runtime.containers.filter(({ init }) => init)) {
    container.state = { waiting: { reason: 'PodInitializing' } };
    const { exited } = await runContainer(context, container);
    await exited;
    if (terminatedOf(container)?.exitCode !== 0) return;
  }
  await runTogether(context);
}

async function runTogether(context: PodContext): Promise<void> {
  const exits: Promise<void>[] = [];
  for (const container of context.runtime.containers.filter(({ init }) => !init)) {
    const started = runContainer(context, container);
    const exited = started.then((it) => it.exited);
    // When the pod is ended meanwhile, the race below says so first.
    exited.catch(() => undefined);
    exits.push(exited);
    // One after the other, as the kubelet does; one that cannot be started does not hold up the next.
    await Promise.race([started, container.firstAttempt]);
  }
  await Promise.all(exits);
}

async function schedule({ settings, pod, runtime, report, signal }: PodContext): Promise<void> {
  const component = 'default-scheduler';
  for (;;) {
    const reason = settings.faults.unschedulable(pod);
    if (reason === null) break;
    runtime.unschedulable = reason;
    settings.recordEvent(pod, { type: 'Warning', reason: 'FailedScheduling', message: reason, component });
    report();
    await delay(retryMs, undefined, { signal });
  }
  runtime.scheduled = true;
  const { namespace = '', name } = pod.metadata;
  const place = { resource: 'pods', namespace, name };
  settings.store.update(place, (object) => ({
    ...object,
    spec: { ...(object['spec'] as object), nodeName: settings.node },
  }));
  settings.recordEvent(pod, {
    type: 'Normal',
    reason: 'Scheduled',
    message: `Successfully assigned ${namespace}/${name} to ${settings.node}`,
    component,
  });
}

function watchDeadline({ pod, fail, held }: PodContext): void {
  const seconds = pod.spec.activeDeadlineSeconds;
  if (seconds === undefined) return;
  const timer = setTimeout(() => {
    void fail({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
  }, seconds * 1000);
  held.stops.push(() => clearTimeout(timer));
}

async function createSandbox(context: PodContext): Promise<void> {
  const { settings, pod, podIP, runtime, directory, held, signal, report } = context;
  const ownUserNamespace = pod.spec.hostUsers === false && !settings.ignoresHostUsers;
  for (;;) {
    try {
      if (ownUserNamespace) refuseLargeIds(context);
      signal.throwIfAborted();
      held.sandbox = await settings.sandbox.createPod({
        id: `pod-${pod.metadata.uid}`,
        directory: join(directory, 'sandbox'),
        hostname: pod.spec.hostname ?? pod.metadata.name,
        ownUserNamespace,
      });
      break;
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      settings.recordEvent(pod, {
        type: 'Warning',
        reason: 'FailedCreatePodSandBox',
        message: `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox "${pod.metadata.uid}": failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ${error.message}`,
      });
      await delay(retryMs, undefined, { signal });
    }
  }
  signal.throwIfAborted();
  held.stops.push(
    await openReachablePorts(settings.reachable, { namespacePid: held.sandbox.holderPid, signal }),
  );
  runtime.sandboxReady = true;
  runtime.podIP = podIP;
  report();
}

/**
 * The sandbox itself takes the pod's ids; those of containers only are found when the container starts.
 * @throws StartFailure as runc says it
 */
function refuseLargeIds({ pod }: PodContext): void {
  const { runAsUser = 0, runAsGroup = 0, supplementalGroups = [] } = pod.spec.securityContext ?? {};
  if (Math.max(runAsUser, runAsGroup, ...supplementalGroups) >= idsPerPod)
    throw new StartFailure(
      'unable to start container process: error during container init: unable to setup user: setgroups: invalid argument',
    );
}

async function mountVolumes(context: PodContext): Promise<void> {
  const { pod, podIP, settings, directory, held, signal } = context;
  const used = new Set(
    everyContainerOf(pod.spec).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)),
  );
  for (const volume of (pod.spec.volumes ?? []).filter(({ name }) => used.has(name))) {
    for (;;) {
      signal.throwIfAborted();
      const { sandbox } = held;
      if (!sandbox) return;
      try {
        const surroundings = {
          pod,
          podIP,
          store: settings.store,
          sandbox,
          directory: join(directory, 'volumes'),
        };
        held.volumes.push(await mountVolume(volume, surroundings));
        break;
      } catch (error) {
        if (!(error instanceof VolumeNotReady)) throw error;
        settings.recordEvent(pod, {
          type: 'Warning',
          reason: 'FailedMount',
          message: `MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`,
        });
        await delay(retryMs, undefined, { signal });
      }
    }
  }
  held.stops.push(watchVolumes(context));
}
