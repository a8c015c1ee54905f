// One Pod Security check: a rule with a name, from a policy version on.
import type { JudgedPod } from './judged-pod.ts';

export interface Fault {
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
  readonly judge: (pod: JudgedPod, minor: number) => Fault | null;
}

export const fault = (reason: string, detail: string): Fault => ({ reason, detail });
