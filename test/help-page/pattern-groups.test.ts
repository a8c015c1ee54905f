import { expect, it } from 'vitest';
import { anyRegistry, dockerHubTitle, groupByRegistry } from '../../src/help-page/pattern-groups.ts';

it.each([
  ['python:*', dockerHubTitle],
  ['kdeorg/*:*', dockerHubTitle],
  ['{ruby,python}:*', dockerHubTitle],
  ['*', dockerHubTitle],
  ['docker.io/library/debian:*', dockerHubTitle],
  ['index.docker.io/a/b', dockerHubTitle],
  ['registry.example.org/**', 'registry.example.org'],
  ['localhost/x', 'localhost'],
  ['host:5000/x', 'host:5000'],
  ['{a,b}.example.org/x', '{a,b}.example.org'],
  ['*.example.org/**', '*.example.org'],
  ['**', anyRegistry],
  ['**/ruby:*', anyRegistry],
  ['*/*:*', anyRegistry],
  ['{a.example/b,c.example/d}/x', '{a.example/b,c.example/d}'],
])('puts %s under %s', (pattern, registry) => {
  expect(groupByRegistry([{ pattern }])).toEqual([{ registry, patterns: [{ pattern }] }]);
});

it('keeps the order of the policy', () => {
  const patterns = ['b.example/1', 'a:*', 'b.example/0', 'b:*'].map((pattern) => ({ pattern }));
  const groups = groupByRegistry(patterns).map((group) => [
    group.registry,
    ...group.patterns.map((each) => each.pattern),
  ]);
  expect(groups).toEqual([
    ['b.example', 'b.example/1', 'b.example/0'],
    [dockerHubTitle, 'a:*', 'b:*'],
  ]);
});
