import { expect, test } from 'vitest';
import { schemaProblems } from '../schema-problems.ts';

const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' };
const affinity = { topologyKey: 'zone' };

test.each<[problem: string, what: readonly [type: string, value: unknown]]>([
  ['x.key is missing; `operator: Exists`', ['Toleration', { operator: 'Equal', value: 'a' }]],
  [
    'x.value cannot stand beside `operator: Exists`',
    ['Toleration', { operator: 'Exists', key: 'a', value: 'b' }],
  ],
  ['x.value is not a value that a label can have', ['Toleration', { key: 'a', value: 'b c' }]],
  ['x.operator is not on in Kubernetes by default', ['Toleration', { key: 'a', operator: 'Gt', value: '1' }]],
  [
    'x.tolerationSeconds has a meaning with `effect: NoExecute` only',
    ['Toleration', { key: 'a', tolerationSeconds: 5 }],
  ],
  ['x.values is missing; In needs at least one', ['NodeSelectorRequirement', { key: 'a', operator: 'In' }]],
  [
    'x.values cannot stand beside Exists',
    ['NodeSelectorRequirement', { key: 'a', operator: 'Exists', values: ['b'] }],
  ],
  [
    'x.values must be one whole number',
    ['NodeSelectorRequirement', { key: 'a', operator: 'Gt', values: ['b'] }],
  ],
  ['x.nodeSelectorTerms is missing', ['NodeSelector', { nodeSelectorTerms: [] }]],
  [
    'x.matchFields[0].key must be metadata.name',
    ['NodeSelectorTerm', { matchFields: [{ key: 'a', operator: 'In', values: ['b'] }] }],
  ],
  [
    'x.operator must be one of In, NotIn',
    ['LabelSelectorRequirement', { key: 'a', operator: 'Gt', values: ['1'] }],
  ],
  ['x.matchLabels.a is not a value', ['LabelSelector', { matchLabels: { a: 'b c' } }]],
  ['x.labelSelector is missing; matchLabelKeys', ['PodAffinityTerm', { ...affinity, matchLabelKeys: ['a'] }]],
  [
    'x.matchLabelKeys[0] names a a second time',
    ['PodAffinityTerm', { ...affinity, labelSelector: { matchLabels: { a: 'b' } }, matchLabelKeys: ['a'] }],
  ],
  ['x.namespaces[0] is not a name', ['PodAffinityTerm', { ...affinity, namespaces: ['A'] }]],
  ['x.maxSkew is 0', ['TopologySpreadConstraint', { ...spread, maxSkew: 0 }]],
  ['x.minDomains has a meaning with', ['TopologySpreadConstraint', { ...spread, minDomains: 2 }]],
  [
    'x.topologySpreadConstraints[1].topologyKey names zone with ScheduleAnyway a second time',
    ['PodSpec', { topologySpreadConstraints: [spread, spread] }],
  ],
])('reports: %s', (problem, [type, value]) => {
  expect(schemaProblems(type, value)).toEqual([expect.stringContaining(problem)]);
});
