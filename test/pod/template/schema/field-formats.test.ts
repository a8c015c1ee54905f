import { expect, test } from 'vitest';
import { fieldFormats } from '../../../../src/pod/template/schema/field-formats.ts';
import { fieldType } from '../../../../src/pod/template/schema/schema.ts';
import { schemaProblems } from '../schema-problems.ts';

const container = (fields: object) => ['Container', { name: 'a', image: 'a:1', ...fields }] as const;
const volume = (fields: object) => ['Volume', { name: 'a', ...fields }] as const;
const projected = (...sources: object[]) => ['ProjectedVolumeSource', { sources }] as const;

test.each<[problem: string, what: readonly [type: string, value: unknown]]>([
  ['x.secretRef.name is not a name', ['EnvFromSource', { secretRef: { name: 'A_b' } }]],
  ['x.name is not a name of Kubernetes', container({ name: 'A' })],
  ['x.name is not a name of Kubernetes', container({ name: 'a'.repeat(64) })],
  ['x.image is empty', container({ image: '' })],
  ['x.workingDir must be an absolute path', container({ workingDir: 'here' })],
  ['x.restartPolicy must be one of Always, OnFailure, Never', container({ restartPolicy: 'Often' })],
  [
    'x.action must be one of Restart',
    ['ContainerRestartRule', { action: 'RestartAllContainers', exitCodes: { operator: 'In' } }],
  ],
  ['x.env[0].name is not a name that a variable can have', container({ env: [{ name: 'A=B' }] })],
  ['x.resource must be one of limits.cpu', ['ResourceFieldSelector', { resource: 'cpu' }]],
  [
    'x.secretKeyRef.key is not a key of a ConfigMap or Secret',
    ['EnvVarSource', { secretKeyRef: { name: 'a', key: '' } }],
  ],
  [
    'x.ports[0].containerPort is 70000; a number from 1 to 65535 is needed',
    container({ ports: [{ containerPort: 70_000 }] }),
  ],
  ['x.ports[0].name is not the name of a port', container({ ports: [{ containerPort: 80, name: '80' }] })],
  [
    'x.resizePolicy[0].restartPolicy must be one of NotRequired',
    container({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }),
  ],
  ['x.periodSeconds is -1', ['Probe', { tcpSocket: { port: 80 }, periodSeconds: -1 }]],
  ['x.tcpSocket.port is not the name of a port', ['Probe', { tcpSocket: { port: 'A port' } }]],
  ['x.mountPath must be an absolute path', ['VolumeMount', { name: 'a', mountPath: 'data' }]],
  ['x.subPath must be a relative path', ['VolumeMount', { name: 'a', mountPath: '/a', subPath: '../b' }]],
  ['x.configMap.defaultMode is 512', volume({ configMap: { name: 'a', defaultMode: 0o1000 } })],
  [
    'x.configMap.items[0].path must be a relative path',
    volume({ configMap: { name: 'a', items: [{ key: 'a', path: '/a' }] } }),
  ],
  ['x.emptyDir.medium must be one of Memory', volume({ emptyDir: { medium: 'Disk' } })],
  ['x.persistentVolumeClaim.claimName is not a name', volume({ persistentVolumeClaim: { claimName: 'A' } })],
  ['x.csi.driver is not a name', volume({ csi: { driver: 'a b' } })],
  [
    'x.sources[0].serviceAccountToken.expirationSeconds is 5; a number from 600',
    projected({ serviceAccountToken: { path: 'a', expirationSeconds: 5 } }),
  ],
  ['x.hostAliases[0].ip is not an IP address', ['PodSpec', { hostAliases: [{ ip: '10.0.0.256' }] }]],
  [
    'x.hostAliases[0].hostnames[0] is not a name',
    ['PodSpec', { hostAliases: [{ ip: '::1', hostnames: ['A_B'] }] }],
  ],
  ['x.terminationGracePeriodSeconds is -1', ['PodSpec', { terminationGracePeriodSeconds: -1 }]],
  [
    'x.weight is 0; a number from 1 to 100 is needed',
    ['PreferredSchedulingTerm', { weight: 0, preference: {} }],
  ],
])('reports: %s', (problem, [type, value]) => {
  expect(schemaProblems(type, value)).toEqual([expect.stringContaining(problem)]);
});

test('speaks of fields that there are', () => {
  const wrong = Object.keys(fieldFormats).filter((name) => {
    const [type = '', field = ''] = name.split('.');
    return fieldType(type, field) === null;
  });

  expect(wrong).toEqual([]);
});
