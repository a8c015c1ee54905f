// Pod Security admission, as a namespace label asks for it.
import {
  checkPodSecurity,
  describeViolations,
  type PodSecurityLevel,
} from '../../../src/security/pod-security.ts';
import { forbidden } from '../api/status.ts';
import type { AdmissionHook } from './admit-pod.ts';

/** `latest` is what the API server's own version knows. */
export function podSecurityHook(level: PodSecurityLevel, kubernetesVersion: string): AdmissionHook {
  const [, minor = '0'] = /^v1\.(\d+)/.exec(kubernetesVersion) ?? [];
  return (pod) => {
    const violations = checkPodSecurity(pod, level, `v1.${Number(minor)}`);
    const { name } = pod['metadata'] as { readonly name: string };
    if (violations.length > 0) throw forbidden('pods', name, describeViolations(violations, level));
    return pod;
  };
}
