import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import { lintPodPolicy } from '../../src/pod/lint-pod-policy.ts';
import type { PodManifest } from '../../src/pod/manifest.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import { shippedResources } from '../../src/policy/schema/resources-schema.ts';
import { shippedDefaultContext, shippedEnforcedContext } from '../../src/policy/schema/security-schema.ts';
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

test('tells them beside mistakes of spelling and type, and looks at a template alone while `resources` cannot be read', () => {
  const text = `cluster: {namespace: ci}
log_limt: 1Gi
resources: {build: {limits: {cpu: lots}}}
enforced_security_context: none
default_security_context: {runAsUsr: 1000}
pod_template:
  spec:
    hostNetwork: true
    containers: [{name: build, resources: {requests: {cpu: "64"}, limits: {mem: 4Gi}}}]
`;

  expect(mistakesIn(text)).toEqual([
    '2:1: log_limt is not a key of a policy; did you mean `log_limit`? config/policy.yaml explains all of them',
    '3:35: resources.build.limits.cpu is not a Kubernetes quantity; write one such as 500m, 2, 512Mi or 10Gi',
    '4:28: enforced_security_context is a text; write keys with values',
    expect.stringMatching(/^5:28: default_security_context\.runAsUsr is not a security field/),
    expect.stringMatching(/^8:5: pod_template\.spec\.hostNetwork may only be false/),
    expect.stringMatching(
      /^9:76: pod_template\.spec\.containers\[0\]\.resources\.limits\.mem is not a resource/,
    ),
  ]);
});

/** One for each kind of check, each of another key. */
const mistakes: Readonly<Record<string, object | string | number>> = {
  cluster: {},
  other: 1,
  allowed_images: 5,
  pull_policy: 'sometimes',
  rules: [{ when: {}, allowed_images: ['x'] }, { when: { protected_ref: true } }],
  resources: { build: { limits: { mem: '4Gi' } } },
  user_namespaces: 'vm',
  timeouts: { ready: 'soon' },
  default_security_context: { runAsUsr: 1 },
  enforced_security_context: 5,
  pod_template: {
    spec: { hostNetwork: true, containers: [{ name: 'build', resources: { limits: { cpu: 'lots' } } }] },
  },
};

test('mistakes of any keys are told together as they are alone: none is held back, and none is a shadow of another', () => {
  const textOf = (keys: readonly string[]): string =>
    Object.entries({
      cluster: { namespace: 'ci' },
      ...Object.fromEntries(keys.map((key) => [key, mistakes[key]])),
    })
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
      .join('');
  const clauses = (keys: readonly string[]): readonly string[] =>
    mistakesIn(textOf(keys)).map((mistake) => mistake.replace(/^\d+:\d+: /, ''));

  fc.assert(
    fc.property(fc.subarray(Object.keys(mistakes), { minLength: 1 }), (keys) => {
      expect([...clauses(keys)].sort()).toEqual(keys.flatMap((key) => clauses([key])).sort());
    }),
    { numRuns: 150, seed: 1103 },
  );
});

test.each([
  [
    'enforced_security_context: none\ndefault_security_context: {runAsUser: 0}\n',
    'enforced_security_context',
  ],
  [
    'default_security_context: none\nenforced_security_context: {runAsNonRoot: true}\n',
    'default_security_context',
  ],
  [
    'resources: {build: {limits: {memory: 1Gi, cpu: lots}}}\npod_template: {spec: {resources: {limits: {memory: 2Gi}}}}\n',
    'resources',
  ],
  [
    'resources: {helper: {limits: {cpu: 2, memory: lots}}}\n' +
      'pod_template: {spec: {containers: [{name: helper, resources: {requests: {cpu: "2"}}}]}}\n',
    'resources',
  ],
])(
  'what is not right with a default is not told while the operator meant something else: %j',
  (keys, wrong) => {
    expect(mistakesIn(`cluster: {namespace: ci}\n${keys}`)).toEqual([
      expect.stringMatching(new RegExp(`^2:\\d+: ${wrong}`)),
    ]);
  },
);

function mistakesIn(text: string): readonly string[] {
  try {
    readPolicy({ text, file: 'p', checks: [checkPodPolicy] });
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^p:/, ''));
  }
  return [];
}

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

  test('a random template that loads gives a pod that keeps every promise', () => {
    fc.assert(
      fc.property(randomTemplate, (template) => {
        expect(brokenPromises(podUnder(loads(template)), podUnder(shipped))).toEqual([]);
      }),
      { numRuns: 400, seed: 1101 },
    );
  });

  test('a random template without lint findings meets Pod Security "restricted"', () => {
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

describe('a profile', () => {
  const rule = 'rules: [{when: {project_ids: [1]}, profile: p}]\n';

  test.each([
    [
      'contradicts an enforced field of the policy',
      'profiles: {p: {default_security_context: {runAsUser: 0}}}',
      [
        'profiles.p.default_security_context.runAsUser is 0, and enforced_security_context.runAsNonRoot (as shipped) is true',
      ],
    ],
    [
      'names fields that there are not',
      'profiles: {p: {enforced_security_context: {build: {capabilites: {}}, privileged: true}}}',
      [
        'profiles.p.enforced_security_context.build.capabilites is not a security field',
        'profiles.p.enforced_security_context.privileged may only be false',
      ],
    ],
    [
      'names a seccomp file elsewhere',
      'profiles: {p: {enforced_security_context: {build: {seccompProfile: {type: Localhost, localhostProfile: ../x}}}}}',
      ['profiles.p.enforced_security_context.build.seccompProfile must have a localhostProfile below'],
    ],
    [
      'has a template that breaks a promise',
      'profiles: {p: {pod_template: {spec: {hostNetwork: true}}}}',
      ['profiles.p.pod_template.spec.hostNetwork may only be false'],
    ],
    [
      'has a template that does not fit over the one of the policy',
      'pod_template: {spec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: build, volumeMounts: [{name: v, mountPath: /v}]}]}}\nprofiles: {p: {pod_template: {spec: {containers: [{name: build, volumeMounts: [{name: w, mountPath: /w}]}]}}}}',
      [
        "profiles.p.pod_template.spec.containers gives with the policy's own template pod_template.spec.containers[0].volumeMounts[1].name, which names w",
      ],
    ],
  ])('%s: told at its place when the policy is loaded', (_, text, expected) => {
    const found = mistakesIn(`cluster: {namespace: ci}\n${rule}${text}\n`);

    expect(found).toHaveLength(expected.length);
    for (const [index, words] of expected.entries()) expect(found[index]).toContain(words);
  });

  test('a mistake of the policy is not reported once more for each profile', () => {
    const text = `cluster: {namespace: ci}\n${rule}enforced_security_context: {privileged: true}\nprofiles: {p: {}, q: {}}\n`;
    expect(mistakesIn(text)).toHaveLength(1);
  });
});
