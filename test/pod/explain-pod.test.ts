import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { annotateManifest } from '../../src/pod/annotate-manifest.ts';
import { explainAsJson, explainAsYaml } from '../../src/pod/explain-pod.ts';
import { shippedEnforcedContext } from '../../src/policy/schema/security-schema.ts';
import { nameDecision } from '../../src/security/layers.ts';
import { resolveSecurity } from '../../src/security/resolve-context.ts';
import { admittedImage, admittedJob, admittedService, podOf, samplePolicy } from './sample-job.ts';

const admitted = admittedJob({
  build: admittedImage('ruby:3', { user: { uid: 2000, gid: 77, key: 'image:kubernetes:user' } }),
  services: [admittedService('redis:8')],
});
const policy = {
  ...samplePolicy,
  enforced_security_context: {
    ...samplePolicy.enforced_security_context,
    runAsUser: 1000,
    capabilities: { drop: ['ALL'], add: ['CHOWN'] },
  },
};
const security = resolveSecurity({
  policy,
  build: admitted.build.user,
  services: [{ index: 0, requested: null }],
});
const pod = podOf({ admitted, policy });

test('keeps the manifest that it explains', () => {
  expect(parse(explainAsYaml(pod, { security, profile: null }))).toEqual(pod);
});

test('writes behind or above every security field who decided it', () => {
  const yaml = explainAsYaml(pod, { security, profile: null });

  expect(yaml).toContain('runAsUser: 1000 # enforced_security_context.runAsUser\n');
  expect(yaml).toContain('runAsGroup: 77 # image:kubernetes:user\n');
  expect(yaml).toContain('fsGroup: 1000 # default_security_context.fsGroup\n');
  expect(yaml).toMatch(/# enforced_security_context\.capabilities\.add\n +add:\n +- CHOWN\n/);
  expect(yaml).toMatch(/# enforced_security_context\.seccompProfile\n +seccompProfile:\n/);
});

test('begins with the Pod Security level and the requests that were overridden', () => {
  const [first, second] = explainAsYaml(pod, { security, profile: null }).split('\n');

  expect(first).toBe(
    '# Pod Security: baseline; it violates PodSecurity "restricted:latest": unrestricted capabilities ' +
      '(containers "build", "helper", "svc-0" must not include "CHOWN" in securityContext.capabilities.add)',
  );
  expect(second).toBe(
    '# Overridden: image:kubernetes:user of build asks for runAsUser 2000; enforced_security_context.runAsUser makes it 1000',
  );
});

test('says restricted, or why not even baseline', () => {
  const strict = resolveSecurity({ policy: samplePolicy, build: null, services: [] });
  const hostile = { ...podOf(), spec: { ...(podOf()['spec'] as object), hostPID: true } };

  expect(explainAsYaml(podOf(), { security: strict, profile: null })).toMatch(
    /^# Pod Security: restricted\n/,
  );
  expect(explainAsYaml(hostile, { security: strict, profile: null })).toMatch(
    /^# Pod Security: privileged; it violates PodSecurity "baseline:latest": host namespaces/,
  );
});

test('names the profile of the job, and what gives it', () => {
  const security = resolveSecurity({ policy: samplePolicy, build: null, services: [] });
  const profile = { name: 'image-build', because: 'rules[0] gives it by project' };

  expect(explainAsYaml(podOf(), { security, profile })).toMatch(
    /^# Profile image-build: rules\[0\] gives it by project\n/,
  );
  expect(JSON.parse(explainAsJson(podOf(), { security, profile }))).toMatchObject({ profile });
});

test('makes one JSON object for machines, with the containers that the pod has', () => {
  const answer = JSON.parse(explainAsJson(pod, { security, profile: null })) as Record<string, unknown>;

  expect(answer).toMatchObject({
    manifest: pod,
    sources: { pod: { fsGroup: 'default_security_context.fsGroup' } },
    overridden: [{ requested: 2000, instead: 1000 }],
    podSecurity: expect.stringMatching(/^baseline;/) as string,
  });
  expect(Object.keys((answer['sources'] as { containers: object }).containers)).toEqual([
    'build',
    'helper',
    'svc-0',
  ]);
});

test('names us where nobody else decided', () => {
  expect(nameDecision({ source: 'ours', path: [] })).toBe('gitlab-pod-executor');
  expect(nameDecision({ source: 'enforced', path: ['a', 'b'], isShipped: true })).toBe('a.b (as shipped)');
});

test('tells what is shipped from what the policy says', () => {
  const security = resolveSecurity({
    policy: { ...samplePolicy, enforced_security_context: shippedEnforcedContext },
    build: null,
    services: [],
  });

  const yaml = annotateManifest(podOf(), security);

  expect(yaml).toContain('runAsNonRoot: true # enforced_security_context.runAsNonRoot (as shipped)\n');
  expect(yaml).toContain('runAsUser: 1000 # default_security_context.runAsUser\n');
});

test('says what the job sets itself, as data in JSON, with no sign that a terminal obeys', () => {
  const granted = ['memory limit of build 8Gi', 'label a=\u001b[2J'];

  expect(explainAsYaml(pod, { security, profile: null, granted })).toContain(
    '# Set by the job: memory limit of build 8Gi\n# Set by the job: label a=?[2J\n',
  );
  expect(JSON.parse(explainAsJson(pod, { security, profile: null, granted }))).toMatchObject({
    setByJob: ['memory limit of build 8Gi', 'label a=?[2J'],
  });
});
