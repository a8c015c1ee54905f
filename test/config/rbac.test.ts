// The runner's Role: exactly the verbs that the program uses, each explained.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { neededRights } from '../../src/doctor/rights.ts';

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules: readonly {
    readonly apiGroups: string[];
    readonly resources: string[];
    readonly verbs: string[];
  }[];
}

const text = readFileSync('config/rbac.yaml', 'utf8');
const objects = parseAllDocuments(text).map((document) => document.toJS() as Role & Record<string, unknown>);
const [account, role, binding] = objects;

test('the RBAC file holds an account, a role and their binding, of one name, for any namespace', () => {
  expect(objects.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'Role', 'RoleBinding']);
  expect(new Set(objects.map(({ metadata }) => metadata.name)).size).toBe(1);
  expect(objects.flatMap(({ metadata }) => metadata.namespace ?? [])).toEqual([]);
  expect(account).toMatchObject({ automountServiceAccountToken: false });
  expect(binding).toMatchObject({
    roleRef: { kind: 'Role', name: role?.metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: account?.metadata.name, namespace: 'ci' }],
  });
});

test('the RBAC file grants what doctor asks for, and nothing else', () => {
  const granted = role?.rules.map(({ resources, verbs }) => ({
    resource: resources.join(),
    verbs: [...verbs].sort(),
  }));

  expect(granted).toEqual(
    neededRights.map(({ resource, verbs }) => ({ resource, verbs: [...verbs].sort() })),
  );
  expect(role?.rules.every(({ apiGroups }) => apiGroups.join() === '')).toBe(true);
});

test('the RBAC file has no wildcard and no way to change a pod', () => {
  const pods = role?.rules.find(({ resources }) => resources.includes('pods'));

  expect(JSON.stringify(role)).not.toContain('*');
  expect(pods?.verbs).not.toContain('patch');
  expect(pods?.verbs).not.toContain('update');
});

test('the RBAC file explains every rule in the line above it', () => {
  const lines = text.split('\n');
  const rules = lines.flatMap((line, index) => (line.startsWith('  - apiGroups') ? [index] : []));

  expect(rules).toHaveLength(role?.rules.length ?? 0);
  for (const index of rules) expect(lines[index - 1]).toMatch(/^ {2}# /);
});
