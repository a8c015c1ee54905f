// One container: its image is pulled, its root made, its process started; every step is told by events and status.
import { setTimeout as delay } from 'node:timers/promises';
import { copyTree } from '../image/container-root.ts';
import type { Image } from '../image/image.ts';
import type { Terminated } from '../pod/pod.ts';
import { type Mount, type RunningContainer, StartFailure } from '../sandbox/sandbox.ts';
import { kubeTime } from '../store/kube-object.ts';
import { ContainerConfigError } from './container-environment.ts';
import { recordContainerEvent } from './container-events.ts';
import type { ContainerRuntime } from './pod-state.ts';
import type { PodContext } from './pod-worker.ts';
import { planProbes } from './probes.ts';
import { planProcess } from './process-plan.ts';
import { pullImage } from './pull-image.ts';
import { quantity } from './quantity.ts';
import { planSeccomp } from './seccomp-file.ts';
import { systemFiles } from './system-files.ts';
import { terminationLog, terminationMessage } from './termination-message.ts';
import { mountOf } from './volumes.ts';

/** A real kubelet looks again at its next sync, after 10 s and more. */
const configRetryMs = 1000;
const neverStarted = '1970-01-01T00:00:00Z';
const startErrorCode = 128;
const runtimePrefix =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ';

interface Started {
  readonly exited: Promise<void>;
}

/** Resolves when the container runs or has failed to, once and for all; `exited` when it has ended. */
export async function runContainer(context: PodContext, container: ContainerRuntime): Promise<Started> {
  const image = await pullImage(context, container);
  container.imageId = image.id;
  for (;;) {
    context.signal.throwIfAborted();
    try {
      return await start(context, container, image);
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      container.state = { waiting: { reason: error.reason, message: error.message } };
      recordContainerEvent(context, container, {
        type: 'Warning',
        reason: 'Failed',
        message: `Error: ${error.message}`,
      });
      container.triedOnce();
      context.report();
      await delay(configRetryMs, undefined, { signal: context.signal });
    }
  }
}

async function start(context: PodContext, container: ContainerRuntime, image: Image): Promise<Started> {
  const { settings, pod, podIP, held } = context;
  const process = planProcess(container.spec, { pod, podIP, image, store: settings.store });
  const memory = container.spec.resources?.limits?.['memory'];
  const { sandbox } = held;
  if (!sandbox) throw new Error('a container is started before its pod has a sandbox');
  const id = `${pod.metadata.uid.slice(0, 8)}-${container.spec.name}`;
  container.containerId = `crun://${id}`;
  recordContainerEvent(context, container, {
    type: 'Normal',
    reason: 'Created',
    message: 'Container created',
  });
  try {
    const running = await sandbox.start({
      id,
      makeRoot: (path) => copyTree(image, path, (file, uid, gid) => sandbox.own(file, uid, gid)),
      readOnlyRoot: container.spec.securityContext?.readOnlyRootFilesystem === true,
      mounts: [
        ...image.mounts,
        ...systemFiles(context),
        terminationLog(context, container),
        ...volumeMounts(context, container),
      ],
      process,
      seccomp: planSeccomp(
        { ...pod.spec.securityContext, ...container.spec.securityContext }.seccompProfile,
        settings.seccompDirectory,
      ),
      memoryLimitBytes: memory === undefined ? null : quantity(memory),
      setsid: image.setsid,
      onOutput: (chunk, stream) => container.log.write(chunk, stream),
    });
    return { exited: watchOver(context, container, running, process) };
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    failToStart(context, container, `${runtimePrefix}${error.message}`);
    return { exited: Promise.resolve() };
  }
}

function volumeMounts({ held }: PodContext, { spec }: ContainerRuntime): Mount[] {
  const mounts = (spec.volumeMounts ?? []).flatMap((mount) => {
    const volume = held.volumes.find(({ name }) => name === mount.name);
    return volume ? [mountOf(mount, volume)] : [];
  });
  // Outer ones first: /a before /a/b.
  return mounts.sort((a, b) => a.destination.split('/').length - b.destination.split('/').length);
}

function watchOver(
  context: PodContext,
  container: ContainerRuntime,
  running: RunningContainer,
  process: Parameters<RunningContainer['exec']>[0],
): Promise<void> {
  const startedAt = kubeTime(context.settings.clock());
  container.running = running;
  container.process = process;
  container.state = { running: { startedAt } };
  const stopProbes = planProbes(context, container);
  recordContainerEvent(context, container, {
    type: 'Normal',
    reason: 'Started',
    message: 'Container started',
  });
  container.triedOnce();
  context.report();
  // A pod that is being ended starts nothing any more; this one slipped through.
  if (context.signal.aborted) running.signal('SIGKILL');
  return running.exited.then((exitCode) => {
    stopProbes();
    container.log.end();
    container.running = null;
    const reason = container.killedFor ?? (exitCode === 0 ? 'Completed' : 'Error');
    const message = terminationMessage(context, container, exitCode);
    finish(context, container, {
      exitCode,
      ...(message === '' ? {} : { message }),
      // As containerd has it: whichever process the kernel killed, and whatever the code.
      reason: running.oomKills() > 0 ? 'OOMKilled' : reason,
      startedAt,
      finishedAt: kubeTime(context.settings.clock()),
      containerID: container.containerId,
    });
  });
}

function failToStart(context: PodContext, container: ContainerRuntime, message: string): void {
  container.log.end();
  recordContainerEvent(context, container, {
    type: 'Warning',
    reason: 'Failed',
    message: `Error: ${message}`,
  });
  container.triedOnce();
  finish(context, container, {
    exitCode: startErrorCode,
    reason: 'StartError',
    message,
    startedAt: neverStarted,
    finishedAt: kubeTime(context.settings.clock()),
    containerID: container.containerId,
  });
}

function finish(context: PodContext, container: ContainerRuntime, terminated: Terminated): void {
  container.ready = false;
  container.started = false;
  container.state = { terminated };
  context.report();
}
