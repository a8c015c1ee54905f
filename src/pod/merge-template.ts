// The operator's pod_template laid over the pod that we built. What is ours in it was refused when the policy was loaded
// (check-template.ts); security contexts are layered elsewhere (src/security/resolve-context.ts) and so are left out here.

import { isExecutorContainer } from '../layout/container-names.ts';
import type { Container, PodSpec, PodTemplate } from './manifest.ts';
import { strategicMerge } from './strategic-merge.ts';

export interface PodDraft {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: PodSpec;
}

export function mergeTemplate(pod: PodDraft, template: PodTemplate | undefined): PodDraft {
  if (!template) return pod;
  const { containers, initContainers, ...spec } = withoutSecurity(asMap(template['spec']));
  const patch = {
    metadata: asMap(template['metadata']),
    spec: {
      ...spec,
      containers: refinements(containers, pod.spec.containers),
      initContainers: refinements(initContainers, pod.spec.initContainers ?? []),
    },
  };
  const merged = strategicMerge({ initContainers: [], ...pod.spec }, patch.spec) as PodSpec;
  return { metadata: strategicMerge(pod.metadata, patch.metadata), spec: merged };
}

/** A template may refine `svc-1` or `init-workspace`; in a job without one there is nothing to refine. */
function refinements(containers: unknown, present: readonly Container[]): unknown[] {
  if (!Array.isArray(containers)) return [];
  return (containers as Container[])
    .filter(({ name }) => !isExecutorContainer(name) || present.some((each) => each.name === name))
    .map(withoutSecurity);
}

function withoutSecurity(part: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(part).filter(([field]) => field !== 'securityContext'));
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
