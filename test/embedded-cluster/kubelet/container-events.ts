// Events about a container of a pod, as the kubelet writes them.
import type { ContainerRuntime } from './pod-state.ts';
import type { PodContext } from './pod-worker.ts';

interface Words {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export function recordContainerEvent(
  { settings, pod }: PodContext,
  { init, spec }: ContainerRuntime,
  words: Words,
): void {
  const fieldPath = `spec.${init ? 'initContainers' : 'containers'}{${spec.name}}`;
  settings.recordEvent(pod, { ...words, fieldPath });
}
