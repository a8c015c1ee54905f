// GitLab's words for when to pull, in Kubernetes' spelling.
import type { AdmittedImage } from '../../admission/admitted-job.ts';
import type { PullPolicy } from '../../policy/policy.ts';

const kubernetesWord: Readonly<Record<PullPolicy, string>> = {
  always: 'Always',
  'if-not-present': 'IfNotPresent',
  never: 'Never',
};

/**
 * `attempt`: how many policies failed for this container before; past the last one it stays. Without any policy the field is
 * left out and the cluster decides.
 */
export function imagePullPolicy({ pullPolicies }: AdmittedImage, attempt = 0): { imagePullPolicy?: string } {
  const policy = pullPolicies[Math.min(attempt, pullPolicies.length - 1)];
  return policy === undefined ? {} : { imagePullPolicy: kubernetesWord[policy] };
}
