import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import { lintPodPolicy } from '../../src/pod/lint-pod-policy.ts';
import type { PodManifest } from '../../src/pod/manifest.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import {
  shippedDefaultContext,
  shippedEnforcedContext,
  shippedResources,
} from '../../src/policy/schema/shipped-policy.ts';
import { checkPodSecurity } from '../../src/security/pod-security.ts';
import { brokenPromises } from './broken-promises.ts';
import { randomTemplate } from './random-template.ts';
import { admittedJob, admittedService, podOf, samplePolicy } from './sample-job.ts';

test('finds nothing wrong with a sound policy', () => {
  expect(checkPodPolicy(samplePolicy)).toEqual([]);
});

test('puts the mistakes of contexts and template into the list of all mistakes, with line and column', () => {
  const text = `cluster:
  namespace: ci
default_security_context:
  runAsUsr: 1000
pod_template:
  spec:
    hostNetwork: true
    containers:
      - name: build
        image: evil
`;

  const read = () => readPolicy({ text, file: 'policy.yaml', checks: [checkPodPolicy] });

  expect(read).toThrow(/policy\.yaml:4:3: default_security_context\.runAsUsr is not a security field/);
  expect(read).toThrow(/policy\.yaml:7:5: pod_template\.spec\.hostNetwork may only be false/);
  expect(read).toThrow(/policy\.yaml:10:9: pod_template\.spec\.containers\[0\]\.image comes from the job/);
});

const shipped: Policy = {
  ...samplePolicy,
  default_security_context: shippedDefaultContext,
  enforced_security_context: shippedEnforcedContext,
  resources: shippedResources,
};

/** Of a job with services, on a cluster that proves the namespace early: every container that there can be. */
const podUnder = (policy: Policy): PodManifest =>
  podOf({
    admitted: admittedJob({
      services: [admittedService('redis:8', { aliases: ['db'] }), admittedService('postgres:17')],
      sharedVariables: [{ key: 'CI', value: 'true' }],
    }),
    policy,
    mayIgnoreHostUsers: true,
  });

describe('a random template that loads', () => {
  const loads = (template: Record<string, unknown>): Policy => {
    const policy = { ...shipped, pod_template: template };
    fc.pre(checkPodPolicy(policy).length === 0);
    return policy;
  };

  test('gives a pod that keeps every promise', () => {
    fc.assert(
      fc.property(randomTemplate, (template) => {
        expect(brokenPromises(podUnder(loads(template)), podUnder(shipped))).toEqual([]);
      }),
      { numRuns: 400, seed: 1101 },
    );
  });

  test('meets Pod Security "restricted" as far as lint has nothing to say', () => {
    fc.assert(
      fc.property(randomTemplate, (template) => {
        const policy = loads(template);
        fc.pre(lintPodPolicy(policy).every(({ severity }) => severity !== 'risk'));

        expect(checkPodSecurity(podUnder(policy), 'restricted')).toEqual([]);
      }),
      { numRuns: 200, seed: 1102 },
    );
  });
});

/** The search above can find something: what is refused does break a promise when it is merged all the same. */
test.each<[template: object, broken: RegExp]>([
  [{ metadata: { labels: null } }, /labels\.gitlab-pod-executor\/job-id is not ours/],
  [{ spec: { hostUsers: true } }, /hostUsers is not ours/],
  [{ spec: { hostAliases: null } }, /lost their names/],
  [{ spec: { priorityClassName: 'system-node-critical' } }, /priorityClassName/],
  [
    { spec: { volumes: [{ name: 'workspace', persistentVolumeClaim: {} }] } },
    /workspace is not the job's alone/,
  ],
  [{ spec: { volumes: [{ name: 'x', hostPath: {} }] } }, /volume x is a hostPath/],
  [
    { spec: { containers: [{ name: 'build', volumeMounts: null }] } },
    /build: the control directory is not ours/,
  ],
  [
    { spec: { containers: [{ name: 'build', terminationMessagePath: '/bin/sh' }] } },
    /terminationMessagePath/,
  ],
  [{ spec: { containers: [{ name: 'build', livenessProbe: {} }] } }, /livenessProbe is not ours/],
  [{ spec: { containers: [{ name: 'helper', env: [{ name: 'LD_PRELOAD', value: 'x' }] }] } }, /LD_PRELOAD/],
  [{ spec: { containers: [{ name: 'helper', envFrom: [{}] }] } }, /envFrom/],
  [
    {
      spec: {
        containers: [{ name: 'helper', volumeMounts: [{ name: 'workspace', mountPath: '/usr/bin' }] }],
      },
    },
    /helper: mounts workspace, which the job writes/,
  ],
  [
    {
      spec: { containers: [{ name: 'svc-0', volumeMounts: [{ name: 'workspace', mountPath: '/builds' }] }] },
    },
    /a service writes to workspace/,
  ],
  [{ spec: { containers: [{ name: 'svc-0', ports: [{ hostPort: 80 }] }] } }, /hostPort/],
  [
    {
      spec: {
        containers: [{ name: 'helper', volumeMounts: [{ name: 'x', mountPath: '/proc/self/uid_map' }] }],
      },
    },
    /covers \/proc/,
  ],
])('%j is refused, and breaks a promise when it is merged', (template, broken) => {
  const policy = { ...shipped, pod_template: { ...template } };

  expect(checkPodPolicy(policy)).not.toEqual([]);
  expect(brokenPromises(podUnder(policy), podUnder(shipped)).join('; ')).toMatch(broken);
});
