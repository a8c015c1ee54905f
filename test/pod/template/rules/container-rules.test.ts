import { expect, test } from 'vitest';
import { schemaProblems } from '../schema-problems.ts';

const container = (fields: object) => ['Container', { name: 'a', image: 'a:1', ...fields }] as const;
const volume = (fields: object) => ['Volume', { name: 'a', ...fields }] as const;

test.each<[problem: string, what: readonly [type: string, value: unknown]]>([
  ['x.divisor must be 1 or 1m', ['ResourceFieldSelector', { resource: 'limits.cpu', divisor: '1Mi' }]],
  [
    'x.divisor must be 1 or one unit',
    ['ResourceFieldSelector', { resource: 'limits.memory', divisor: '1m' }],
  ],
  [
    'x.restartPolicy is missing',
    container({ restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In' } }] }),
  ],
  [
    'x.env[0].valueFrom cannot stand beside value',
    container({ env: [{ name: 'A', value: 'b', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
  ],
  [
    'x.fieldRef.fieldPath must be one of metadata.name',
    ['EnvVarSource', { fieldRef: { fieldPath: 'spec.containers' } }],
  ],
  [
    'x.livenessProbe.successThreshold must be 1',
    container({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
  ],
  [
    'x.readinessProbe.terminationGracePeriodSeconds is not for',
    container({ readinessProbe: { tcpSocket: { port: 80 }, terminationGracePeriodSeconds: 2 } }),
  ],
  ['x.stopSignal needs spec.os', ['Lifecycle', { stopSignal: 'SIGTERM' }]],
  [
    'x.downwardAPI.items[0].resourceFieldRef.containerName is missing',
    volume({ downwardAPI: { items: [{ path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }] } }),
  ],
  [
    'x.downwardAPI.items[0].fieldRef.fieldPath must be one of',
    volume({ downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'status.podIP' } }] } }),
  ],
])('reports: %s', (problem, [type, value]) => {
  expect(schemaProblems(type, value)).toEqual([expect.stringContaining(problem)]);
});
