import { describe, expect, it } from 'vitest';
import { exampleName } from '../../../src/admission/explain/example-name.ts';
import { compilePattern } from '../../../src/admission/match/match-pattern.ts';
import { parseImageReference } from '../../../src/admission/parse-image-reference.ts';

function example(pattern: string, name: string) {
  return exampleName(pattern, parseImageReference(name).reference!);
}

describe('exampleName', () => {
  it.each([
    ['python:*', 'python', 'python:latest'],
    ['python:*', 'pyhton:3.12', 'python:3.12'],
    ['python:3.*', 'python:2', 'python:3.1'],
    ['maven:3*', 'maven', 'maven:3'],
    ['app:v*', 'app:1', 'app:v1'],
    ['debian:*-slim', 'debian:12', 'debian:1-slim'],
    ['kaniko/executor:*debug', 'kaniko/executor', 'kaniko/executor:debug'],
    ['python:3.1[0-3]', 'python:3', 'python:3.11'],
    ['node:[!a-z]*', 'node:lts', 'node:1'],
    ['{ruby,python}:*', 'python', 'python:latest'],
    ['registry.example.org/*', 'node:20', 'registry.example.org/node:20'],
    ['registry.example.org/**', 'x/node:20', 'registry.example.org/node:20'],
    ['registry.example.org/**/ci-*:*', 'node', 'registry.example.org/ci-name:latest'],
    ['*.example.org/team-*', 'x', 'name.example.org/team-name'],
    ['alpine', 'alpine:3', 'alpine'],
    ['x@sha256:*', 'x', `x@sha256:${'0'.repeat(64)}`],
    ['\\[::1\\]:5000/*', 'x', '[::1]:5000/x'],
    ['?', 'node', '1'],
    ['python{,:*,@*}', 'pyhton:3.12', 'python:3.12'],
    ['python{,:*,@*}', 'docker.io/pyhton:3.12', 'python:3.12'],
    ['python{,:*,@*}', 'pyhton', 'python'],
    ['python{,:*,@*}', `pyhton@sha256:${'a'.repeat(64)}`, `python@sha256:${'a'.repeat(64)}`],
    ['{ruby,python,ruby:*,rust:*}', 'pyhton:3', 'python'],
    ['{debian,ubuntu}{,:*}', 'ubunut:24.04', 'ubuntu:24.04'],
    [
      'registry.example.org:5000/kde/{ci,qt}{,:*}',
      'registry.example.org:5000/kde/cj:4',
      'registry.example.org:5000/kde/ci:4',
    ],
  ])('finds for %s, near %s, the name %s', (pattern, name, expected) => {
    expect(example(pattern, name)).toBe(expected);
    expect(compilePattern(pattern)(expected)).toBe(true);
  });

  it.each(['x/UPPER', 'a:*/b', 'x@sha256:abc'])('has none for %s, which no valid name matches', (pattern) => {
    expect(example(pattern, 'x')).toBeNull();
  });
});
