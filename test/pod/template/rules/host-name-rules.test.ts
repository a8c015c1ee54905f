import { expect, test } from 'vitest';
import { schemaProblems } from '../schema-problems.ts';

test.each<[problem: string, what: readonly [type: string, value: unknown]]>([
  ['x.dnsPolicy is None, and dnsConfig.nameservers names none', ['PodSpec', { dnsPolicy: 'None' }]],
  ['x.searches[0] is not a name', ['PodDNSConfig', { searches: ['A b'] }]],
  [
    'x.searches is longer than 2048 characters',
    ['PodDNSConfig', { searches: Array.from({ length: 20 }, () => `${'a'.repeat(60)}.${'b'.repeat(60)}`) }],
  ],
  [
    'x.hostnameOverride cannot stand beside setHostnameAsFQDN',
    ['PodSpec', { hostnameOverride: 'a', setHostnameAsFQDN: true }],
  ],
  ['x.hostnameOverride is longer than 64 characters', ['PodSpec', { hostnameOverride: 'a'.repeat(65) }]],
])('reports: %s', (problem, [type, value]) => {
  expect(schemaProblems(type, value)).toEqual([expect.stringContaining(problem)]);
});
