import { describe, expect, it } from 'vitest';
import { nearestPattern, splitPattern } from '../../../src/admission/explain/nearest-pattern.ts';
import { questionAbout } from '../sample-policy.ts';

function nearest(name: string, ...patterns: string[]) {
  const { reference, list } = questionAbout(name, {
    allowed_images: patterns.map((pattern) => ({ pattern })),
  });
  return nearestPattern(reference, list)?.pattern ?? null;
}

describe('nearestPattern', () => {
  it.each([
    ['pyhton', ['ruby:*', 'python:*'], 'python:*'],
    ['quay.io/x/node', ['r.test/node-20', 'node:*'], 'node:*'],
    ['r.test/a', ['a:*', 'r.test/a:*'], 'r.test/a:*'],
    ['r.test/b', ['r.test/x', 'other.test/y'], 'r.test/x'],
    ['gitlab-org/cli', ['registry.gitlab.com/gitlab-org/*'], 'registry.gitlab.com/gitlab-org/*'],
    ['node', ['{ruby,node}:*'], '{ruby,node}:*'],
    ['pyhton:3.12', ['python', 'python:*', 'python@*'], 'python:*'],
    ['pyhton', ['python:*', 'python'], 'python'],
    [`pyhton@sha256:${'a'.repeat(64)}`, ['python', 'python:*', 'python@*'], 'python@*'],
    ['terraform:1', ['debian:*', 'r.test/**'], null],
    ['terraform', ['debian:*', 'r.test/**'], null],
    ['evil/x:1', ['docker.io/library/golang:*'], null],
    ['alpine:3', ['docker.io/library/golang:*', 'docker.io/bitnami/redis'], null],
    ['r.test/b', ['ruby:*'], null],
    ['goland:1', ['docker.io/library/golang:*'], 'docker.io/library/golang:*'],
    ['x', [], null],
  ])('finds for %s among %j the pattern %s', (name, patterns, expected) =>
    expect(nearest(name, ...patterns)).toBe(expected),
  );

  it('finds one among ten thousand', () => {
    const patterns = Array.from({ length: 10_000 }, (_, index) => `r.test/team-${index}/app:*`);

    expect(nearest('python', ...patterns, 'python:*')).toBe('python:*');
  });
});

describe('splitPattern', () => {
  it.each([
    ['r.test/a/*', 'r.test', 'a/*'],
    ['r.test:5000/a', 'r.test:5000', 'a'],
    ['\\[::1\\]:5000/a', '[::1]:5000', 'a'],
    ['localhost/a', 'localhost', 'a'],
    ['MIRROR/a', 'MIRROR', 'a'],
    ['Registry.Example.org/a', 'Registry.Example.org', 'a'],
    ['[A-Z]*/a', null, '[A-Z]*/a'],
    ['a/b:*', null, 'a/b:*'],
    ['*.test/a', null, '*.test/a'],
    ['python:*', null, 'python:*'],
  ])('finds in %s the registry %s', (pattern, registry, path) => {
    expect(splitPattern(pattern)).toEqual({ registry, path });
  });
});
