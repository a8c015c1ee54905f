import { expect, test } from 'vitest';
import { checkPodTemplate } from '../../src/pod/check-template.ts';
import { formatKeyPath } from '../../src/policy/problem.ts';

const check = (template: Record<string, unknown>): string[] =>
  checkPodTemplate(template).map(({ path, message }) => `${formatKeyPath(path)} ${message}`);

test('takes an ordinary template', () => {
  const template = {
    metadata: { labels: { team: 'ci' }, annotations: { 'example.com/cost': 'low' } },
    spec: {
      runtimeClassName: 'kata',
      nodeSelector: { pool: 'ci' },
      tolerations: [{ operator: 'Exists' }],
      hostNetwork: false,
      automountServiceAccountToken: false,
      dnsConfig: { searches: ['example.org'], options: [{ name: 'ndots', value: '2' }] },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { team: 'ci' } },
        },
      ],
      securityContext: { supplementalGroups: [5] },
      volumes: [
        {
          name: 'workspace',
          ephemeral: {
            volumeClaimTemplate: {
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
            },
          },
        },
        { name: 'tools', image: { reference: 'tools:1' } },
        { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '256Mi' } },
        { name: 'ca', configMap: { name: 'ca' } },
        { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      ],
      initContainers: [
        { name: 'init-workspace', resources: {} },
        { name: 'warm', image: 'w:1', command: ['warm'], restartPolicy: 'Always' },
      ],
      containers: [
        {
          name: 'build',
          env: [{ name: 'A', value: 'b' }],
          resources: { limits: { cpu: null, memory: '8Gi', 'nvidia.com/gpu': 1 } },
          volumeMounts: [
            { name: 'tools', mountPath: '/usr/local/bin', readOnly: true },
            { name: 'shm', mountPath: '/dev/shm' },
          ],
        },
        {
          name: 'helper',
          securityContext: { readOnlyRootFilesystem: true },
          env: [{ name: 'HTTPS_PROXY', value: 'http://proxy.example.org:3128' }],
          volumeMounts: [{ name: 'ca', mountPath: '/etc/ssl/certs/example.pem', subPath: 'ca.pem' }],
        },
        { name: 'svc-0', volumeMounts: [{ name: 'workspace', mountPath: '/builds', readOnly: true }] },
        {
          name: 'proxy',
          image: 'p:1',
          args: ['-v'],
          securityContext: { runAsUser: 5 },
          readinessProbe: { httpGet: { path: '/', port: 'http' } },
          ports: [{ name: 'http', containerPort: 8080 }],
          volumeMounts: [{ name: 'token', mountPath: '/var/run/token' }],
        },
      ],
    },
  };

  expect(check(template)).toEqual([]);
});

const wrong: [template: Record<string, unknown>, problem: RegExp][] = [
  [
    { kind: 'Pod' },
    /^pod_template\.kind is not a field of PodTemplateSpec in Kubernetes 1\.\d+\. Known here: metadata, spec$/,
  ],
  [{ specs: {} }, /^pod_template\.specs is not a field of .*; did you mean `spec`\?$/],
  [{ spec: [] }, /^pod_template\.spec is a list; write keys with values$/],
  [{ metadata: 1 }, /^pod_template\.metadata is `1`; write keys with values$/],
  [
    { metadata: { name: 'x' } },
    /^pod_template\.metadata\.name is not a field of ObjectMeta .* annotations, labels$/,
  ],
  [
    { metadata: { labels: { 'gitlab-pod-executor/job-id': '1' } } },
    /is the executor's: pods are found and swept by it$/,
  ],
  [{ metadata: { labels: { 'app.kubernetes.io/managed-by': 'helm' } } }, /managed-by is the executor's/],
  [{ metadata: { annotations: { 'gitlab-pod-executor/deadline': 'x' } } }, /deadline is the executor's/],
  [
    { metadata: { labels: { n: 1 } } },
    /^pod_template\.metadata\.labels\.n is `1`; write a text: put it in quotes$/,
  ],
  // What is taken away by null is ours: labels, mounts, variables, host names.
  [
    { metadata: { labels: null } },
    /^pod_template\.metadata\.labels is empty; give it a value, or leave it out$/,
  ],
  [{ spec: { hostAliases: null } }, /^pod_template\.spec\.hostAliases is empty/],
  [{ spec: { volumes: null } }, /^pod_template\.spec\.volumes is empty/],
  [{ spec: { containers: [{ name: 'helper', volumeMounts: null }] } }, /volumeMounts is empty/],
  [{ spec: { containers: [{ name: 'build', resources: null }] } }, /resources is empty/],
  [
    { spec: { containers: [{ name: 'proxy', image: 'p', resources: { limits: { cpu: null } } }] } },
    /cpu is empty/,
  ],
  [
    { spec: { hostUsers: true } },
    /^pod_template\.spec\.hostUsers is the executor's: it is false for every job .*kernel confirms\)$/,
  ],
  [{ spec: { hostUsers: null } }, /^pod_template\.spec\.hostUsers is the executor's/],
  [{ spec: { automountServiceAccountToken: null } }, /may only be false/],
  [
    { spec: { securityContext: { fsGrup: 1 } } },
    /^pod_template\.spec\.securityContext\.fsGrup .* did you mean fsGroup\?$/,
  ],
  [{ spec: { securityContext: { privileged: false } } }, /belongs to a container, not to the pod$/],
  [{ spec: { securityContext: 5 } }, /^pod_template\.spec\.securityContext is `5`; write keys with values$/],
  [{ spec: { volumes: {} } }, /^pod_template\.spec\.volumes is keys with values; write a list$/],
  [{ spec: { volumes: [{ emptyDir: {} }] } }, /^pod_template\.spec\.volumes\[0\]\.name is missing$/],
  [
    { spec: { nodeSelecter: { a: 'b' } } },
    /^pod_template\.spec\.nodeSelecter .*; did you mean `nodeSelector`\?$/,
  ],
  [{ spec: { hostnetwork: true } }, /^pod_template\.spec\.hostnetwork .*; did you mean `hostNetwork`\?$/],
  [
    { spec: { tolerations: { key: 'ci' } } },
    /^pod_template\.spec\.tolerations is keys with values; write a list$/,
  ],
  [
    { spec: { containers: [{ name: 'build', $patch: 'delete' }] } },
    /^pod_template\.spec\.containers\[0\]\.\$patch is a patch directive/,
  ],
];

test.for(wrong)('calls %j a mistake: %s', ([template, problem]) => {
  expect(check(template)).toEqual([expect.stringMatching(problem)]);
});

test('names all mistakes at once, and of a field that cannot be there only that', () => {
  const template = {
    metadata: { name: 'x' },
    spec: {
      hostUsers: 'no',
      dnsPolicy: 'clusterfirst',
      volumes: [{ name: 'h', hostPath: { pth: '/' } }],
      containers: [
        { name: 'build', image: 'x', livenessProbe: { exec: {} }, securityContext: { privileged: true } },
      ],
    },
  };

  expect(checkPodTemplate(template).map(({ path }) => formatKeyPath(path.slice(1)))).toEqual([
    'spec.hostUsers',
    'spec.containers[0].image',
    'spec.containers[0].livenessProbe',
    'spec.containers[0].securityContext.privileged',
    'spec.volumes[0].hostPath',
    'metadata.name',
    'spec.dnsPolicy',
  ]);
});

test('lays amounts over those of the policy', () => {
  const template = { spec: { containers: [{ name: 'build', resources: { limits: { memory: '100Mi' } } }] } };

  expect(check(template)).toEqual([
    'pod_template.spec.containers[0].resources.requests.memory is more than its limit, 100Mi; Kubernetes refuses such a pod; what is not set here comes from `resources.build`',
  ]);
  expect(
    checkPodTemplate(template, {
      build: { requests: { memory: '64Mi' } },
      helper: {},
      service: {},
      init: {},
    }),
  ).toEqual([]);
});
