import { expect, test } from 'vitest';
import { typeRules } from '../../../../src/pod/template/rules/type-rules.ts';
import { fieldNames } from '../../../../src/pod/template/schema/schema.ts';
import { schemaProblems } from '../schema-problems.ts';

const container = (fields: object) => ['Container', { name: 'a', image: 'a:1', ...fields }] as const;
const volume = (fields: object) => ['Volume', { name: 'a', ...fields }] as const;
const claim = (fields: object) =>
  [
    'PersistentVolumeClaimSpec',
    { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...fields },
  ] as const;
const projected = (...sources: object[]) => ['ProjectedVolumeSource', { sources }] as const;

test.each<[problem: string, what: readonly [type: string, value: unknown]]>([
  ['x.exitCodes is missing', ['ContainerRestartRule', { action: 'Restart' }]],
  ['x.env[1].name names A a second time', container({ env: [{ name: 'A' }, { name: 'A' }] })],
  [
    'x.env[0].valueFrom needs one of configMapKeyRef, fieldRef',
    container({ env: [{ name: 'A', valueFrom: {} }] }),
  ],
  ['x.configMapKeyRef.name is missing', ['EnvVarSource', { configMapKeyRef: { key: 'a' } }]],
  [
    'x has configMapRef and secretRef, and can have one only',
    ['EnvFromSource', { configMapRef: { name: 'a' }, secretRef: { name: 'b' } }],
  ],
  ['x.secretRef.name is missing', ['EnvFromSource', { secretRef: {} }]],
  [
    'x.ports[1].name names web a second time',
    container({
      ports: [
        { containerPort: 1, name: 'web' },
        { containerPort: 2, name: 'web' },
      ],
    }),
  ],
  ['x needs one of exec, grpc, httpGet, tcpSocket', ['Probe', {}]],
  ['x.command is missing', ['ExecAction', { command: [] }]],
  ['x.preStop needs one of exec, httpGet, sleep, tcpSocket', ['Lifecycle', { preStop: {} }]],
  [
    'x.subPathExpr cannot stand beside subPath',
    ['VolumeMount', { name: 'a', mountPath: '/a', subPath: 'b', subPathExpr: 'c' }],
  ],
  ['x.secret.secretName is missing', volume({ secret: {} })],
  ['x.image.reference is missing', volume({ image: {} })],
  ['x.ephemeral.volumeClaimTemplate is missing', volume({ ephemeral: {} })],
  ['x.accessModes[0] is `readwriteonce`; write `ReadWriteOnce`', claim({ accessModes: ['readwriteonce'] })],
  [
    'x.resources.requests.storage is 10 bytes; did you mean `10Gi`?',
    claim({ resources: { requests: { storage: 10 } } }),
  ],
  [
    'x.dataSourceRef cannot stand beside dataSource',
    claim({ dataSource: { kind: 'a', name: 'b' }, dataSourceRef: { kind: 'a', name: 'b' } }),
  ],
  [
    'x.sources[0] has configMap and secret, and can have one only',
    projected({ secret: { name: 'a' }, configMap: { name: 'b' } }),
  ],
  ['x.labels.team is not a value that a label can have', ['ObjectMeta', { labels: { team: 'a b' } }]],
  ['x.labels.a b is not a key that Kubernetes takes', ['ObjectMeta', { labels: { 'a b': '' } }]],
  ['x.labels.A/b is not a key that Kubernetes takes', ['ObjectMeta', { labels: { 'A/b': '' } }]],
  [
    'x.annotations.a/b/c is not a key that Kubernetes takes',
    ['ObjectMeta', { annotations: { 'a/b/c': '' } }],
  ],
  ['x.nodeSelector.a is not a value', ['PodSpec', { nodeSelector: { a: '$CI_JOB_ID' } }]],
  ['x.imagePullSecrets[0].name is missing', ['PodSpec', { imagePullSecrets: [{}] }]],
  ['x.volumes[1].name names a a second time', ['PodSpec', { volumes: [{ name: 'a' }, { name: 'a' }] }]],
  [
    'x.schedulingGates[1].name names a a second time',
    ['PodSpec', { schedulingGates: [{ name: 'a' }, { name: 'a' }] }],
  ],
  [
    'x.nameservers has more than 3 entries',
    ['PodDNSConfig', { nameservers: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'] }],
  ],
  ['x.options[0].name is missing', ['PodDNSConfig', { options: [{}] }]],
  [
    'x has resourceClaimName and resourceClaimTemplateName',
    ['PodResourceClaim', { name: 'a', resourceClaimName: 'a', resourceClaimTemplateName: 'b' }],
  ],
])('reports: %s', (problem, [type, value]) => {
  expect(schemaProblems(type, value)).toEqual([expect.stringContaining(problem)]);
});

test('speaks of types that there are', () => {
  expect(Object.keys(typeRules).filter((type) => fieldNames(type) === null)).toEqual([]);
});
