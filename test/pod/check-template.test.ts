import { expect, test } from 'vitest';
import { checkPodTemplate } from '../../src/pod/check-template.ts';
import { formatKeyPath } from '../../src/policy/problem.ts';

const check = (template: Record<string, unknown>): string[] =>
  checkPodTemplate(template).map(({ path, message }) => `${formatKeyPath(path)} ${message}`);

test('takes an ordinary template, with fields newer than this program', () => {
  const template = {
    metadata: { labels: { team: 'ci' }, annotations: { 'example.com/cost': 'low' } },
    spec: {
      runtimeClassName: 'kata',
      nodeSelector: { pool: 'ci' },
      tolerations: [{ operator: 'Exists' }],
      hostNetwork: false,
      automountServiceAccountToken: false,
      fromTheFuture: { a: 1 },
      securityContext: { supplementalGroups: [5] },
      volumes: [
        { name: 'workspace', ephemeral: {} },
        { name: 'tools', image: { reference: 'tools:1' } },
      ],
      initContainers: [
        { name: 'init-workspace', resources: {} },
        { name: 'warm', image: 'w:1', command: ['warm'], restartPolicy: 'Always' },
      ],
      containers: [
        {
          name: 'build',
          env: [{ name: 'A', value: 'b' }],
          volumeMounts: [{ name: 'tools', mountPath: '/tools' }],
        },
        { name: 'helper', securityContext: { readOnlyRootFilesystem: true }, alsoNew: 1 },
        { name: 'svc-0', volumeMounts: [{ name: 'workspace', mountPath: '/builds' }] },
        { name: 'proxy', image: 'p:1', args: ['-v'], securityContext: { runAsUser: 5 } },
      ],
    },
  };

  expect(check(template)).toEqual([]);
});

const wrong: [template: Record<string, unknown>, problem: RegExp][] = [
  [{ kind: 'Pod' }, /^pod_template\.kind is not a key here; allowed: metadata, spec$/],
  [{ specs: {} }, /^pod_template\.specs is not a key here; .* Did you mean spec\?$/],
  [{ spec: [] }, /^pod_template\.spec must be a PodSpec$/],
  [{ metadata: 1 }, /^pod_template\.metadata must be a map/],
  [
    { metadata: { name: 'x' } },
    /^pod_template\.metadata\.name is not a key here; allowed: labels, annotations/,
  ],
  [
    { metadata: { labels: { 'gitlab-pod-executor/job-id': '1' } } },
    /is the executor's: pods are found and swept by it$/,
  ],
  [{ metadata: { labels: { 'app.kubernetes.io/managed-by': 'helm' } } }, /managed-by is the executor's/],
  [{ metadata: { annotations: { 'gitlab-pod-executor/deadline': 'x' } } }, /deadline is the executor's/],
  [
    { metadata: { labels: { n: 1 } } },
    /^pod_template\.metadata\.labels\.n must be a text: put it in quotes$/,
  ],
  [
    { spec: { hostUsers: true } },
    /^pod_template\.spec\.hostUsers is the executor's: it is false for every job$/,
  ],
  [{ spec: { hostUsers: null } }, /^pod_template\.spec\.hostUsers is the executor's/],
  [{ spec: { restartPolicy: 'Always' } }, /^pod_template\.spec\.restartPolicy is the executor's/],
  [{ spec: { shareProcessNamespace: true } }, /^pod_template\.spec\.shareProcessNamespace is the executor's/],
  [{ spec: { activeDeadlineSeconds: 5 } }, /follows the job's timeout$/],
  [{ spec: { hostNetwork: true } }, /^pod_template\.spec\.hostNetwork may only be false/],
  [{ spec: { hostPID: true } }, /^pod_template\.spec\.hostPID may only be false/],
  [{ spec: { hostIPC: 'yes' } }, /^pod_template\.spec\.hostIPC may only be false/],
  [{ spec: { automountServiceAccountToken: true } }, /no job gets a token of the cluster/],
  [{ spec: { automountServiceAccountToken: null } }, /may only be false/],
  [{ spec: { ephemeralContainers: [] } }, /ephemeralContainers cannot be part of a new pod$/],
  [{ spec: { os: { name: 'windows' } } }, /only Linux has user namespaces$/],
  [{ spec: { nodeName: 'n1' } }, /use nodeSelector or affinity$/],
  [
    { spec: { securityContext: { fsGrup: 1 } } },
    /^pod_template\.spec\.securityContext\.fsGrup .* did you mean fsGroup\?$/,
  ],
  [{ spec: { securityContext: { privileged: false } } }, /belongs to a container, not to the pod$/],
  [{ spec: { securityContext: 5 } }, /^pod_template\.spec\.securityContext must be a map/],
  [{ spec: { volumes: {} } }, /^pod_template\.spec\.volumes must be a list$/],
  [
    { spec: { volumes: [{ emptyDir: {} }] } },
    /^pod_template\.spec\.volumes\[0\] must be a volume with a name$/,
  ],
  [
    { spec: { volumes: [{ name: 'h', hostPath: { path: '/' } }] } },
    /^pod_template\.spec\.volumes\[0\]\.hostPath is refused whatever the namespace allows/,
  ],
  [
    { spec: { volumes: [{ name: 'control-build', emptyDir: {} }] } },
    /^pod_template\.spec\.volumes\[0\]\.name is the name of one of the executor's own volumes$/,
  ],
  [
    { spec: { containers: [{ name: 'build', $patch: 'delete' }] } },
    /^pod_template\.spec\.containers\[0\]\.\$patch is a patch directive/,
  ],
];

test.for(wrong)('%j is a mistake: %s', ([template, problem]) => {
  expect(check(template)).toEqual([expect.stringMatching(problem)]);
});

test('names all mistakes at once', () => {
  const template = {
    metadata: { name: 'x' },
    spec: {
      hostUsers: true,
      volumes: [{ name: 'h', hostPath: { path: '/' } }],
      containers: [{ name: 'build', image: 'x', securityContext: { privileged: true } }],
    },
  };

  expect(check(template)).toHaveLength(5);
});
