// The story of a pod on its node: a node is found, the sandbox made, volumes mounted, init containers run one after the other,
// then the containers.
import { setTimeout as delay } from 'node:timers/promises';
import { kubeTime } from '../store/kube-object.ts';
import { bindClaims, unboundClaim } from './claims.ts';
import { makeSandbox, mountVolumes } from './make-sandbox.ts';
import { terminatedOf } from './pod-state.ts';
import type { PodContext } from './pod-worker.ts';
import { runContainer } from './run-container.ts';
import { watchVolumes } from './watch-volumes.ts';

/** How often a pod without a node asks again. */
const retryMs = 500;

/**
 * Settles when no container runs any more and none will, and nothing is being made; rejects with AbortError when that is because the
 * pod is ended.
 */
export async function runPod(context: PodContext): Promise<void> {
  const { runtime, settings, report, held } = context;
  await schedule(context);
  runtime.startTime = kubeTime(settings.clock());
  report();
  watchDeadline(context);
  const sandbox = await makeSandbox(context);
  await mountVolumes(context, sandbox);
  held.stops.push(watchVolumes(context));
  for (const container of runtime.containers.filter(({ init }) => init)) {
    container.state = { waiting: { reason: 'PodInitializing' } };
    const { exited } = await runContainer(context, container);
    await exited;
    if (terminatedOf(container)?.exitCode !== 0) return;
  }
  await runTogether(context);
  // Nothing is left to watch: a deadline means nothing to a pod that is done.
  for (const stop of held.stops.splice(0)) stop();
}

async function runTogether(context: PodContext): Promise<void> {
  const exits: Promise<void>[] = [];
  for (const container of context.runtime.containers.filter(({ init }) => !init)) {
    const started = runContainer(context, container);
    const exited = started.then((it) => it.exited);
    exits.push(exited);
    // One after the other, as the kubelet does; one that cannot be started does not hold up the next.
    await Promise.race([exited.catch(() => undefined), container.firstAttempt]);
  }
  await Promise.allSettled(exits);
  await Promise.all(exits);
}

async function schedule({ settings, pod, runtime, report, signal }: PodContext): Promise<void> {
  const component = 'default-scheduler';
  for (;;) {
    const reason = settings.faults.unschedulable(pod) ?? unboundClaim(pod, settings.store);
    if (reason === null) break;
    runtime.unschedulable = reason;
    settings.recordEvent(pod, { type: 'Warning', reason: 'FailedScheduling', message: reason, component });
    report();
    await delay(retryMs, undefined, { signal });
  }
  runtime.scheduled = true;
  bindClaims(pod, settings.store);
  const { namespace = '', name } = pod.metadata;
  settings.store.update({ resource: 'pods', namespace, name }, (object) => ({
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
