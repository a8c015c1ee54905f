import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import { lintPodPolicy } from '../../src/pod/lint-pod-policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import { lintText, risksOf } from './template/lint-text.ts';

test('looks at contexts, limits, fields and volumes', () => {
  const text = `
enforced_security_context: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
resources: {build: {limits: {memory: null}}}
pod_template:
  spec:
    enableServiceLinks: true
    containers: [{name: build, envFrom: [{secretRef: {name: s}}]}]
`;

  expect(risksOf(text)).toEqual([
    'enforced_security_context: no seccompProfile, nobodyOutside',
    'resources.build.limits.memory: memory, itselfOnly',
    'pod_template.spec.enableServiceLinks: true, apart',
    'pod_template.spec.containers[0].envFrom[0]: {"name":"s"}, secrets',
  ]);
});

test('says what services see of a workspace that is shown to them', () => {
  expect(lintText('service_workspace: read-only')).toMatchObject([
    {
      path: ['service_workspace'],
      about: 'read-only',
      severity: 'remark',
      message: expect.stringContaining("the job's token, and its variables of type file") as string,
    },
  ]);
  expect(lintText('service_workspace: none')).toEqual([]);
});

test('says that nothing but a quota bounds the lasting workspaces of every project', () => {
  expect(lintText('lasting_workspaces: {size: 1Gi}')).toMatchObject([
    {
      path: ['lasting_workspaces'],
      severity: 'remark',
      message: expect.stringContaining('`max_total`') as string,
    },
  ]);
  for (const bound of ['max_total: 1Ti', 'projects: [group/**]'])
    expect(lintText(`lasting_workspaces: {size: 1Gi, ${bound}}`)).toEqual([]);
});

test('has nothing to say where nothing is set', () => expect(lintText('')).toEqual([]));

test.each([
  'config/policy.yaml',
  'config/policies/strict.yaml',
  'config/policies/root-in-user-namespace.yaml',
  'config/policies/image-build.yaml',
])('has nothing to say about %s', (file) => {
  const { policy } = readPolicy({ text: readFileSync(file, 'utf8'), file, checks: [checkPodPolicy] });

  expect(lintPodPolicy(policy)).toEqual([]);
});
