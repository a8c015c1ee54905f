// The architecture of the nodes that a job's pod goes to: the helper image is made for one.
import { type Architecture, helperArchitectures, usualArchitecture } from '../admission/helper-image.ts';
import type { PodTemplate } from './manifest.ts';

export const architectureLabel = 'kubernetes.io/arch';

/**
 * @param nodeSelector of the job itself, which is over the template's
 * @returns of an architecture without a helper image the usual one: no node of that name is there, or the policy has an image of its own
 */
export function nodeArchitecture(
  { pod_template }: { readonly pod_template?: PodTemplate | undefined },
  nodeSelector: Readonly<Record<string, string>>,
): Architecture {
  const name = nodeSelector[architectureLabel] ?? selectedArchitecture(pod_template);
  return helperArchitectures.find((known) => known === name) ?? usualArchitecture;
}

export function selectedArchitecture(template: PodTemplate | undefined): unknown {
  return fieldOf(fieldOf(template?.['spec'], 'nodeSelector'), architectureLabel);
}

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
