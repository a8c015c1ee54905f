// The operator's pod_template laid over the pod that we built. What is ours in it was refused when the policy was loaded
// (check-template.ts); security contexts are layered elsewhere (src/security/resolve-context.ts) and so are left out here.

import { isExecutorContainer } from '../layout/container-names.ts';
import type { Container, PodSpec, PodTemplate } from './manifest.ts';
import { strategicMerge } from './strategic-merge.ts';

export interface PodDraft {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: PodSpec;
}

/** All of the pod but its init containers: which of ours it needs is seen in what comes of this. */
export function mergeTemplate(pod: PodDraft, template: PodTemplate | undefined): PodDraft {
  if (!template) return pod;
  const { containers, ...rest } = without(asMap(template['spec']), 'securityContext', 'initContainers');
  const patch = { ...rest, containers: refinements(containers, pod.spec.containers) };
  return {
    metadata: strategicMerge(pod.metadata, asMap(template['metadata'])),
    spec: strategicMerge(pod.spec, patch) as PodSpec,
  };
}

/** Ours first, each as the template refines it; then the template's own. */
export function mergeInitContainers(
  ours: readonly Container[],
  template: PodTemplate | undefined,
): readonly Container[] {
  const { initContainers } = asMap(template?.['spec']);
  const patch = { initContainers: refinements(initContainers, ours) };
  return strategicMerge({ initContainers: ours }, patch)['initContainers'] as readonly Container[];
}

/** A template may refine `svc-1` or `init-workspace`; in a job without one there is nothing to refine. */
function refinements(containers: unknown, present: readonly Container[]): unknown[] {
  if (!Array.isArray(containers)) return [];
  return (containers as Container[])
    .filter(({ name }) => !isExecutorContainer(name) || present.some((each) => each.name === name))
    .map((container) => without(container, 'securityContext'));
}

function without(
  part: Readonly<Record<string, unknown>>,
  ...fields: readonly string[]
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(part).filter(([field]) => !fields.includes(field)));
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
