import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../src/cluster/kubernetes/api-call.ts';
import { explainForbidden } from '../../../src/cluster/kubernetes/explain-forbidden.ts';
import { forbiddenCauses } from '../../../src/cluster/kubernetes/forbidden-causes.ts';
import type { SystemFailureCode } from '../../../src/outcome/system-failure.ts';

const createPods: ApiCall = { verb: 'create', resource: 'pods', path: '/p' };

/** Words of Kubernetes 1.36 where nothing else stands beside them. */
const seen: readonly (readonly [
  cause: string,
  code: SystemFailureCode,
  operator: string,
  message: string,
])[] = [
  [
    'Pod Security',
    'pod-security',
    'pod-security.kubernetes.io/enforce',
    'violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)',
  ],
  [
    'SCC (pulp/pulp-operator/issues/1319)',
    'security-context-constraints',
    'security context constraint (SCC)',
    'unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount, provider restricted-v2: .spec.securityContext.fsGroup: Invalid value: []int64{999}: 999 is not an allowed group, provider restricted-v2: .containers[0].runAsUser: Invalid value: 999: must be in the ranges: [1000680000, 1000689999], provider "nonroot-v2": Forbidden: not usable by user or serviceaccount]',
  ],
  [
    'a quota that is used up',
    'quota',
    'raise the quota',
    'exceeded quota: q, requested: limits.memory=512Mi,pods=1, used: limits.memory=200Mi,pods=10, limited: limits.memory=512Mi,pods=10',
  ],
  [
    'a quota that nobody has counted yet',
    'quota',
    'raise the quota',
    'status unknown for quota: q, resources: limits.memory',
  ],
  [
    'a quota below what one pod needs',
    'cluster-refused',
    'alone asks for more',
    'exceeded quota: q, requested: limits.memory=512Mi, used: limits.memory=0, limited: limits.memory=256Mi',
  ],
  [
    'a quota of something that is not named',
    'cluster-refused',
    '`resources` of the policy',
    'failed quota: q: must specify limits.cpu for: build; limits.memory for: build',
  ],
  [
    'a LimitRange of all kinds',
    'limit-range',
    '`resources` of the policy',
    '[minimum cpu usage per Container is 200m, but request is 100m, maximum memory usage per Container is 256Mi, but limit is 512Mi, memory max limit to request ratio per Container is 2, but provided ratio is 8.000000, cpu max limit to request ratio per Container is 2, but provided ratio is 8.000000]',
  ],
  [
    "a LimitRange's ratio alone",
    'limit-range',
    'a ratio is limit by request',
    'cpu max limit to request ratio per Pod is 2, but provided ratio is 8.000000',
  ],
  ["a LimitRange's maximum", 'limit-range', 'LimitRange', 'maximum cpu usage per Pod is 1, but limit is 2'],
  [
    'a LimitRange of claims',
    'limit-range',
    '`lasting_workspaces.size`',
    'maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 20Gi',
  ],
  [
    'a class that is missing',
    'cluster-refused',
    'priorityClassName',
    'no PriorityClass with name nope was found',
  ],
  [
    'a class of other namespaces (kubernetes/kubernetes/issues/76308)',
    'cluster-refused',
    'priorityClassName',
    'pods with system-cluster-critical priorityClass is not permitted in my-namespace namespace',
  ],
  [
    'a RuntimeClass that is missing',
    'cluster-refused',
    'runtimeClassName',
    'pod rejected: RuntimeClass "nope" not found',
  ],
  [
    "a namespace's node selector (kubermatic/kubermatic/issues/10698)",
    'cluster-refused',
    'nodeSelector',
    'pod node label selector conflicts with its namespace node label selector',
  ],
  [
    "a namespace's tolerations",
    'cluster-refused',
    'tolerations',
    'pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist',
  ],
  [
    'a service account that is missing',
    'cluster-refused',
    'serviceAccountName',
    'error looking up service account ci/nope: serviceaccount "nope" not found',
  ],
  [
    'nobody',
    'unauthorized',
    'cluster.kubeconfig',
    'User "system:anonymous" cannot create resource "pods" in API group "" in the namespace "ci"',
  ],
  [
    'a namespace that goes',
    'cluster-refused',
    'namespace is being deleted',
    'unable to create new content in namespace ci because it is being terminated',
  ],
  [
    "somebody's webhook",
    'cluster-refused',
    'admission policy',
    'admission webhook "validate.kyverno.svc-fail" denied the request: no',
  ],
  [
    'a policy in CEL',
    'cluster-refused',
    'admission policy',
    'ValidatingAdmissionPolicy "p" with binding "b" denied request: no',
  ],
];

const refusal = (words: string): string => `pods "job-1-k7m2qx4d" is forbidden: ${words}`;

describe('forbiddenCauses', () => {
  // @promise start: a LimitRange, quota, SCC, PriorityClass or RuntimeClass refuses the pod — system failure that names it and the policy's key, never a missing right
  it.each(seen)('knows %s, and blames no right of the account', (_, code, operator, words) => {
    const explanation = explainForbidden(refusal(words), createPods, 'ci');
    expect(explanation).toMatchObject({ code, operator: expect.stringContaining(operator) });
    expect(explanation.operator).not.toContain('grant');
    expect(explanation).not.toHaveProperty('messagePattern');
  });

  it('every row was seen', () => {
    const first = new Set(
      seen.map(([, , , words]) => forbiddenCauses.find(({ messagePattern }) => messagePattern.test(words))),
    );
    expect(forbiddenCauses.filter((cause) => !first.has(cause))).toEqual([]);
  });
});
