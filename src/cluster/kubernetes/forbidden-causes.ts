// What an API server says when it refuses a pod with a 403, as data: the words of its admission plugins (Kubernetes:
// plugin/pkg/admission, staging/src/k8s.io/apiserver/pkg/admission; OpenShift: apiserver-library-go), and who fixes what.
import type { FailureParts } from '../../outcome/failure.ts';
import type { SystemFailureCode, ViolatedLevel } from '../../outcome/system-failure.ts';

/** What a refusal means, and what to do next. */
export interface RefusalExplanation extends Pick<FailureParts, 'author' | 'operator'> {
  readonly code: SystemFailureCode;
  readonly violatedLevel?: ViolatedLevel;
}

interface ForbiddenCause extends RefusalExplanation {
  readonly messagePattern: RegExp;
}

export const admissionPolicy: RefusalExplanation = {
  code: 'cluster-refused',
  operator:
    "an admission policy of the cluster refuses the job's pod: meet it with `pod_template` in the policy file, or change that admission policy.",
};

/** The more telling words first. What is none of these is a right that RBAC misses. */
export const forbiddenCauses: readonly ForbiddenCause[] = [
  {
    messagePattern: /violates PodSecurity/,
    code: 'pod-security',
    operator:
      "the namespace enforces a Pod Security level that this pod does not meet: change `default_security_context`, `enforced_security_context` or `pod_template` in the policy, or the namespace's label `pod-security.kubernetes.io/enforce`.",
  },
  {
    messagePattern: /unable to validate against any security context constraint/,
    code: 'security-context-constraints',
    operator:
      "no security context constraint (SCC) of OpenShift that the pod's service account may use admits the pod: let that account use one that allows the ids of the policy's security contexts (1000 as shipped) and user namespaces, such as `restricted-v3` or `nonroot-v2`. No right of the runner's account is missing.",
  },
  {
    // Of the resources that are named, one was not used at all: no other pod's end makes room.
    messagePattern: /exceeded quota: .*\bused: (?:[^ ,=]+=[^ ,=]+,)*[^ ,=]+=0[, ]/,
    code: 'cluster-refused',
    operator:
      "the job's pod alone asks for more than the namespace's ResourceQuota has: lower `resources` in the policy, or raise the quota.",
  },
  {
    messagePattern: /exceeded quota|status unknown for quota/,
    code: 'quota',
    author: "The namespace's ResourceQuota is used up: retry when other jobs have ended.",
    operator: "raise the quota, lower `resources` in the policy, or lower the runner's `concurrent`.",
  },
  {
    messagePattern: /failed quota/,
    code: 'cluster-refused',
    operator:
      "the namespace's ResourceQuota counts what a container of the pod does not name: set it for each container in `resources` of the policy.",
  },
  {
    messagePattern:
      /(?:maximum|minimum) .* usage per (?:Container|Pod) is|limit to request ratio per (?:Container|Pod) is/,
    code: 'limit-range',
    operator:
      "the pod's resources do not fit the namespace's LimitRange: set requests and limits within it in `resources` of the policy (a ratio is limit by request), or change the LimitRange.",
  },
  {
    messagePattern: /(?:maximum|minimum) storage usage per PersistentVolumeClaim is/,
    code: 'limit-range',
    operator:
      "a lasting workspace does not fit the namespace's LimitRange: set `lasting_workspaces.size` of the policy within it, or change the LimitRange.",
  },
  {
    messagePattern:
      /no PriorityClass with name|priorityClass is not permitted|integer value of priority .* must not be provided/,
    code: 'cluster-refused',
    operator:
      '`pod_template.spec.priorityClassName` in the policy must name a PriorityClass that the cluster has and this namespace may use: `kubectl get priorityclass` lists them.',
  },
  {
    messagePattern: /RuntimeClass "?[^ ]* not found|pod rejected: |conflict: runtimeClass/,
    code: 'cluster-refused',
    operator:
      '`pod_template.spec.runtimeClassName` in the policy must name a RuntimeClass of the cluster that goes with the rest of the pod: `kubectl get runtimeclass` lists them.',
  },
  {
    messagePattern: /node (?:label )?selector (?:labels )?conflicts? with its namespace/,
    code: 'cluster-refused',
    operator:
      "`pod_template.spec.nodeSelector` in the policy contradicts the namespace's own (its annotation `scheduler.alpha.kubernetes.io/node-selector`, in OpenShift `openshift.io/node-selector`): change one of them.",
  },
  {
    messagePattern: /pod tolerations .*conflict with its namespace/,
    code: 'cluster-refused',
    operator:
      "`pod_template.spec.tolerations` in the policy are not on the namespace's list (its annotation `scheduler.alpha.kubernetes.io/tolerationsWhitelist`): change one of them.",
  },
  {
    messagePattern: /error looking up service account|service account .* was not found/,
    code: 'cluster-refused',
    operator:
      "the pod's service account does not exist: make it in the namespace, or name another one in `pod_template.spec.serviceAccountName` of the policy.",
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
    messagePattern: /admission webhook|ValidatingAdmissionPolicy|image policy webhook/,
  },
];
