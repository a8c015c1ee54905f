// The end of a pod's containers: TERM, and KILL when the time is up. A pod's grace can still be shortened meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import type { PodContext } from './pod-worker.ts';

/** How soon a shortened grace takes effect. */
const lookMs = 50;

export async function stopContainers(
  { runtime, settings, pod }: PodContext,
  killAt: () => number,
): Promise<void> {
  const running = runtime.containers.flatMap((container) =>
    container.running ? [{ spec: container.spec, running: container.running }] : [],
  );
  for (const { spec, running: process } of running) {
    settings.recordEvent(pod, {
      type: 'Normal',
      reason: 'Killing',
      message: `Stopping container ${spec.name}`,
      fieldPath: `spec.containers{${spec.name}}`,
    });
    process.signal('SIGTERM');
  }
  let open = running.length > 0;
  const over = Promise.all(running.map(({ running: process }) => process.exited)).then(() => {
    open = false;
  });
  while (open) {
    if (Date.now() >= killAt()) for (const { running: process } of running) process.signal('SIGKILL');
    await Promise.race([over, delay(lookMs)]);
  }
}
