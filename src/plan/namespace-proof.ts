// Whether a job's pod must show that it has a user namespace of its own, and how early: decided here for whoever makes pods.
import type { Policy } from '../policy/policy.ts';
import { isObject } from '../security/field-values.ts';
import { needsProof } from '../security/user-namespace.ts';

/** From 1.33 on the API server promises "a user namespace or no pod" (KEP-127). */
export const promisedSince: ApiVersion = { major: 1, minor: 33 };

export interface ApiVersion {
  readonly major: number;
  readonly minor: number;
}

/** @returns false, too, where nobody asked (null): what is not promised is proven. */
export function isUserNamespacePromised(server: ApiVersion | null): boolean {
  if (server === null) return false;
  const { major, minor } = promisedSince;
  return server.major > major || (server.major === major && server.minor >= minor);
}

/** null: the policy asks for the proof. Else what author and operator should know, of every job. */
export function describeUnproven({ user_namespaces }: Pick<Policy, 'user_namespaces'>): string | null {
  if (user_namespaces.mode !== 'unproven') return null;
  return "user namespaces are not proven on this runner (`user_namespaces: unproven`). It is for trying out; do not run strangers' jobs on it.";
}

/**
 * Whether the pod of a policy must prove it. `made`: the pod's spec as the API server has it, in which a webhook may have put another
 * RuntimeClass; such a change can ask for the proof, and never spare it.
 */
export function mustProve(
  policy: Policy,
  made?: { readonly runtimeClassName?: string | undefined },
): boolean {
  const spec = policy.pod_template?.['spec'];
  const written = isObject(spec) ? spec['runtimeClassName'] : undefined;
  const classes = [
    typeof written === 'string' ? written : undefined,
    ...(made ? [made.runtimeClassName] : []),
  ];
  return classes.some((runtimeClass) => needsProof(policy.user_namespaces, runtimeClass));
}
