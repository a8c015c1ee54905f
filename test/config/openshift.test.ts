// The files for OpenShift by their words: what they admit is what our pods ask for. That OpenShift obeys is not tried.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import { admittedJob, admittedService, podOf } from '../pod/sample-job.ts';

type Document = Readonly<Record<string, unknown>> & { readonly kind: string };

function documents(file: string): readonly Document[] {
  const text = readFileSync(`config/openshift/${file}`, 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as Document);
}

const account = [{ kind: 'ServiceAccount', name: 'gitlab-pod-executor', namespace: 'ci' }];
const [constraints, role, rootBinding] = documents('root-in-user-namespace.yaml');

test('the SCC of the runner is bound to the account of config/rbac.yaml alone', () => {
  expect(documents('scc-binding.yaml')).toMatchObject([
    { kind: 'Role', rules: [{ verbs: ['use'], resourceNames: ['restricted-v3'] }] },
    { kind: 'RoleBinding', roleRef: { name: 'gitlab-pod-executor-scc' }, subjects: account },
  ]);
  expect(rootBinding).toMatchObject({ roleRef: { name: 'gitlab-pod-executor-root-scc' }, subjects: account });
  expect(role).toMatchObject({ rules: [{ verbs: ['use'], resourceNames: ['gitlab-pod-executor-root'] }] });
  expect(constraints).toMatchObject({ users: [], groups: [] });
});

test('the SCC for root admits no pod without a user namespace, and nothing of the host', () => {
  expect(constraints).toMatchObject({
    kind: 'SecurityContextConstraints',
    userNamespaceLevel: 'RequirePodLevel',
    allowPrivilegedContainer: false,
    allowPrivilegeEscalation: false,
  });
  const host = Object.entries(constraints ?? {}).filter(([key]) => key.startsWith('allowHost'));
  expect(host.length).toBe(5);
  expect(new Set(host.map(([, value]) => value))).toEqual(new Set([false]));
});

test('the SCC for root allows the capabilities and volumes that pods of the policy have, and no more capabilities', () => {
  const file = 'config/policies/root-in-user-namespace.yaml';
  const text = readFileSync(file, 'utf8');
  const written = parse(text) as { enforced_security_context: { capabilities: { add: string[] } } };
  const { policy } = readPolicy({ text, file, checks: [checkPodPolicy] });
  const pod = podOf({ policy, admitted: admittedJob({ services: [admittedService('postgres:17')] }) });
  const { volumes } = pod['spec'] as { readonly volumes: readonly Readonly<Record<string, unknown>>[] };
  const kinds = volumes.flatMap((volume) => Object.keys(volume).filter((key) => key !== 'name'));

  expect(constraints?.['allowedCapabilities']).toEqual(written.enforced_security_context.capabilities.add);
  expect(kinds.length).toBeGreaterThan(0);
  for (const kind of kinds) expect(constraints?.['volumes']).toContain(kind);
});
