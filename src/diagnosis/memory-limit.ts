// How much memory a container may use, and who can change that.
import type { Pod } from '../cluster/cluster.ts';
import { buildContainer, helperContainer, isServiceContainer } from '../layout/container-names.ts';
import type { Advice } from '../outcome/failure.ts';

/** The limit of a container as the pod has it; null when there is none. */
export function memoryLimit(pod: Pod, container: string): string | null {
  const containers = pod.spec['containers'];
  if (!Array.isArray(containers)) return null;
  const found = (containers as { name?: string; resources?: { limits?: { memory?: string } } }[]).find(
    ({ name }) => name === container,
  );
  return found?.resources?.limits?.memory ?? null;
}

/** For whoever reads that memory ran out. */
export function adviceOnMemory(container: string): Advice {
  const key = memoryKey(container);
  return {
    author:
      "Let the job use less memory (fewer parallel processes, smaller heaps), or ask the runner's operator for a higher limit; KUBERNETES_MEMORY_LIMIT raises it only where the runner's policy leaves it to jobs (`job_may_set`).",
    operator: `the limit is \`${key}\` of the policy.`,
  };
}

/** The key of the policy that limits it. */
export function memoryKey(container: string): string {
  if (isServiceContainer(container)) return 'resources.service.limits.memory';
  return container === buildContainer || container === helperContainer
    ? `resources.${container}.limits.memory`
    : 'pod_template';
}
