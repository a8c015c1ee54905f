// A 403 is one of many things: a missing right, Pod Security, a full quota, somebody's admission policy. Only the server's words
// tell them apart (Kubernetes: plugin/pkg/admission, apiserver/pkg/admission).
import type { FailureParts } from '../../outcome/failure.ts';
import type { SystemFailureCode, ViolatedLevel } from '../../outcome/system-failure.ts';
import type { ApiCall } from './api-call.ts';

/** What a refusal means, and what to do next. */
export interface RefusalExplanation extends Pick<FailureParts, 'author' | 'operator'> {
  readonly code: SystemFailureCode;
  readonly violatedLevel?: ViolatedLevel;
}

export const admissionPolicy: RefusalExplanation = {
  code: 'cluster-refused',
  operator:
    "an admission policy of the cluster refuses the job's pod: meet it with `pod_template` in the policy file, or change that admission policy.",
};

/** @param message the API server's words */
export function explainForbidden(message: string, call: ApiCall, namespace: string): RefusalExplanation {
  const found = forbidden.find(({ messagePattern }) => messagePattern.test(message));
  if (found?.code === 'pod-security') return { ...found, ...violatedLevelIn(message) };
  if (found) return found;
  // RBAC's own words are the most exact: a watch begins with a list.
  const [, verb = call.verb, resource = call.resource || call.path] =
    /cannot (\w+) resource "([\w/]+)"/.exec(message) ?? [];
  return {
    code: 'forbidden',
    operator: `grant the account \`${verb}\` on \`${resource}\` in namespace ${namespace}; config/rbac.yaml holds all that it needs.`,
  };
}

/** Empty when the server words it otherwise. */
function violatedLevelIn(message: string): Pick<RefusalExplanation, 'violatedLevel'> {
  const [, level, version] = /violates PodSecurity "(\w+):(latest|v1\.\d+)"/.exec(message) ?? [];
  return level === undefined || version === undefined ? {} : { violatedLevel: { level, version } };
}

const forbidden: readonly (RefusalExplanation & { readonly messagePattern: RegExp })[] = [
  {
    messagePattern: /violates PodSecurity/,
    code: 'pod-security',
    operator:
      "the namespace enforces a Pod Security level that this pod does not meet: change `default_security_context`, `enforced_security_context` or `pod_template` in the policy, or the namespace's label `pod-security.kubernetes.io/enforce`.",
  },
  {
    messagePattern: /exceeded quota/,
    code: 'quota',
    author: "The namespace's ResourceQuota is used up: retry when other jobs have ended.",
    operator: "raise the quota, lower `resources` in the policy, or lower the runner's `concurrent`.",
  },
  {
    messagePattern: /failed quota|is forbidden: .*(maximum|minimum) .* per (Container|Pod)/,
    code: 'cluster-refused',
    operator:
      "the pod's resources do not fit the namespace's ResourceQuota or LimitRange: set `resources` in the policy.",
  },
  {
    messagePattern: /system:anonymous/,
    code: 'unauthorized',
    operator:
      'the request came without credentials: set `cluster.kubeconfig` in the policy to a file that holds some.',
  },
  {
    messagePattern: /being terminated/,
    code: 'cluster-refused',
    operator:
      'the namespace is being deleted: choose another `cluster.namespace`, or wait and make it again.',
  },
  {
    ...admissionPolicy,
    messagePattern: /admission webhook|ValidatingAdmissionPolicy|error looking up service account/,
  },
];
