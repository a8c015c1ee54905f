// One Pod Security check: a rule with a name, from a policy version on.
import type { EvaluatedPod } from './evaluated-pod.ts';

export interface SecurityFault {
  /** `allowPrivilegeEscalation != false` */
  readonly reason: string;
  /** `container "build" must set securityContext.allowPrivilegeEscalation=false` */
  readonly detail: string;
}

export interface Check {
  /** Upstream's id. */
  readonly id: string;
  /** The minor version of the policy that brought the check; absent: older than any cluster with user namespaces. */
  readonly since?: number;
  /** `minor` is the policy's version; null: the pod passes. */
  readonly evaluate: (pod: EvaluatedPod, minor: number) => SecurityFault | null;
}

export const securityFault = (reason: string, detail: string): SecurityFault => ({ reason, detail });
